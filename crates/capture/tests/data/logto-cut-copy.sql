--
-- PostgreSQL database dump
--

\restrict mgGN8vEgzvLfOf0PYSY8OCeccfBlhsZ5ndegYrOA6mIhvTRSV51jsMp6ObM68sX

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Data for Name: logs; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.logs (tenant_id, id, key, payload, created_at) FROM stdin;
default	k3v9q2m7x1c8b5n4z6t0p	Interaction.SignIn.Verification.Password.Submit	{"ip": "::ffff:203.0.113.24", "key": "Interaction.SignIn.Verification.Password.Submit", "error": {"code": "session.invalid_credentials", "message": "Incorrect account or password. Please check your input."}, "result": "Error", "payload": {"password": "******", "identifier": {"type": "email", "value": "ada@acme.example"}}, "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "interaction": {"mfa": {}, "captcha": {"skipped": false, "verified": false}, "interactionEvent": "SignIn", "verificationRecords": []}, "applicationId": "qh6k3w8r1t5y0u2i4o7pa", "userAgentParsed": {"os": {"name": "macOS", "version": "10.15.7"}, "ua": "Mozilla/5.0", "cpu": {}, "device": {"model": "Macintosh", "vendor": "Apple"}, "engine": {"name": "Blink", "version": "142.0.0.0"}, "browser": {"name": "Chrome", "major": "142", "version": "142.0.0.0"}}}	2026-11-20 15:54:13.767891+00
default	w8r1t5y0u2i4o7paqh6k3	Interaction.SignIn.Submit	{"b": [1, 2.50, {"a": true, "z": null}], "key": "Interaction.SignIn.Submit", "zeta": 1, "params": {"scope": "openid profile", "state": "x", "client_id": "qh6k3w8r1t5y0u2i4o7pa"}, "result": "Success", "userId": "7m2kq9x4t1zb", "sessionId": "Zr4kT0w_9XnB2sVd7QpLm", "applicationId": "qh6k3w8r1t5y0u2i4o7pa"}	2026-11-20 15:54:14+00
default	edge'quote"back\\slash	Interaction.End	{"key": "Interaction.End", "result": "Success", "userAgent": "tab\\tnew\\nline \\\\N \\\\. back\\\\\\\\slash 'single' \\"double\\" ; ) ( , é 日本 🔑   \\u0001"}	1969-12-31 23:59:59.999+00
admin	a1	ExchangeTok