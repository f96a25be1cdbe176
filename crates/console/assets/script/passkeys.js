/** Bytes as they stand on a page (Base64url, RFC 4648, section 5). */
function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function textOf(buffer) {
  const text = btoa(String.fromCharCode(...new Uint8Array(buffer ?? [])));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What a form asks a device for, as `navigator.credentials` wants it. */
function passkeyQuestion({ challenge, party, credentials, algorithms, user, handle }) {
  const known = credentials.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytesOf(id) }));
  const asked = { challenge: bytesOf(challenge), timeout: 300_000 };
  if (!algorithms) return { ...asked, rpId: party, allowCredentials: known, userVerification: "preferred" };
  return {
    ...asked,
    rp: { id: party, name: "Gatelog" },
    user: { id: bytesOf(handle), name: user, displayName: user },
    pubKeyCredParams: algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
    excludeCredentials: known,
    authenticatorSelection: { userVerification: "preferred", residentKey: "discouraged" },
    attestation: "none",
  };
}

/** What a device answered, by the names of a form's fields. */
function passkeyAnswer({ rawId, response }) {
  const parts = { credential: rawId, client_data: response.clientDataJSON };
  const answer = response.signature
    ? { ...parts, authenticator_data: response.authenticatorData, signature: response.signature, user_handle: response.userHandle }
    : { ...parts, authenticator_data: response.getAuthenticatorData(), public_key: response.getPublicKey() };
  const texts = Object.entries(answer).map(([name, bytes]) => [name, textOf(bytes)]);
  if (!response.signature) texts.push(["algorithm", response.getPublicKeyAlgorithm()]);
  return texts;
}

/** Has the device answer before a form is sent that makes or uses a passkey. */
function askForPasskey(form) {
  if (!window.PublicKeyCredential) return;
  document.getElementById("passkey-absent").hidden = true;
  form.hidden = false;
  (form.elements.name ?? form.querySelector("button")).focus();
  const refusal = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refusal.hidden = true;
    try {
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey: passkeyQuestion(form.dataset) });
      for (const [name, value] of passkeyAnswer(credential)) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      form.submit();
    } catch (error) {
      const reasons = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "exists", SecurityError: "elsewhere" };
      refusal.textContent = refusal.dataset[reasons[error.name] ?? "failed"];
      refusal.hidden = false;
    }
  });
}
