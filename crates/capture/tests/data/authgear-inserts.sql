--
-- PostgreSQL database dump
--

\restrict mcBH3SYMT2mswq0DL1RyXIjzrpoTwGT4cgjrMfclDwDe21u3F2Tuu9mPzFJMMdO

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
-- Data for Name: _audit_log_default; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public._audit_log_default VALUES ('00000000000a5a87', 'acme', '2027-01-01 00:00:00', '', 'email.sent', '203.0.113.9', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36', 'dba41ecccc3fc162', '{"id": "00000000000a5a87", "seq": 678535, "type": "email.sent", "context": {"oauth": {"state": "xyz"}, "app_id": "acme", "user_id": null, "language": "en", "client_id": "dba41ecccc3fc162", "timestamp": 1798761600, "ip_address": "203.0.113.9", "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36", "tracking_id": "c7d9cf07255bc509cb3acac23db7c6e9-b7d180a4742684ee", "triggered_by": "user", "audit_context": {"http_url": "https://id.acme.example/api/v1/authentication_flows/states/input?state=x&code=urlcode-7c1e1777155a0e9d8f27"}, "geo_location_code": "TW", "preferred_languages": ["en", "en"]}, "payload": {"type": "authenticate-primary-oob", "sender": "no-reply@acme.example", "recipient": "tab\there@acme.example"}}');


--
-- Data for Name: _audit_log_p20261101; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public._audit_log_p20261101 VALUES ('00000000000a5a03', 'acme', '2026-11-20 15:53:57', '9536b321-6fda-4eeb-a975-729fae923d5a', 'user.authenticated', '2001:db8::17', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', 'dba41ecccc3fc162', '{"id": "00000000000a5a03", "seq": 678403, "type": "user.authenticated", "context": {"app_id": "acme", "user_id": "9536b321-6fda-4eeb-a975-729fae923d5a", "language": "en-GB", "client_id": "dba41ecccc3fc162", "timestamp": 1795190037, "ip_address": "2001:db8::17", "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "tracking_id": "8bbf33feff9243a8f506b40928b5b7a7-67c76fb008f86beb", "triggered_by": "user", "audit_context": {"http_url": "https://id.acme.example/oauth2/authorize"}, "geo_location_code": "GB", "preferred_languages": ["en-GB", "en"]}, "payload": {"user": {"id": "9536b321-6fda-4eeb-a975-729fae923d5a", "roles": ["editor"], "groups": [], "x_web3": {}, "created_at": "2026-08-08T11:53:57Z", "updated_at": "2026-11-19T15:53:57Z", "is_disabled": false, "is_verified": true, "is_anonymous": false, "is_anonymized": false, "last_login_at": "2026-11-19T15:53:57Z", "is_deactivated": false, "custom_attributes": {}, "can_reauthenticate": true, "standard_attributes": {"name": "Grace Hopper", "email": "grace@acme.example", "updated_at": 1795103637, "phone_number": "+85298765432", "email_verified": true, "phone_number_verified": true}}, "session": {"id": "b2737f6a-6f0f-4b23-ac6f-5da2cec25540", "amr": ["pwd", "x_primary_password"], "type": "idp", "clientID": null, "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "created_at": "2026-11-20T15:53:57Z", "updated_at": "2026-11-20T15:53:57Z", "createdByIP": "2001:db8::17", "displayName": "Chrome 139.0.0", "lastAccessedAt": "2026-11-20T15:53:57Z", "lastAccessedByIP": "2001:db8::17", "lastAccessedByIPCountryCode": "GB", "lastAccessedByIPEnglishCountryName": ""}}}');
INSERT INTO public._audit_log_p20261101 VALUES ('00000000000a5a30', 'acme', '2026-11-20 16:03:12', '', 'authentication.identity.login_id.failed', '2001:db8::17', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1', 'dba41ecccc3fc162', '{"id": "00000000000a5a30", "seq": 678448, "type": "authentication.identity.login_id.failed", "context": {"app_id": "acme", "user_id": "", "language": "en-GB", "client_id": "dba41ecccc3fc162", "timestamp": 1795190592, "ip_address": "2001:db8::17", "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "triggered_by": "user", "audit_context": {"http_url": "https://id.acme.example/oauth2/authorize"}, "geo_location_code": "GB", "preferred_languages": ["en-GB", "en"]}, "payload": {"login_id": "Sommer-2027!"}}');
INSERT INTO public._audit_log_p20261101 VALUES ('00000000000a5a90', 'acme', '2026-11-20 16:22:56', '', 'sms.sent', '203.0.113.9', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36', 'dba41ecccc3fc162', '{"id": "00000000000a5a90", "seq": 678544, "type": "sms.sent", "context": {"oauth": {"state": "xyz"}, "app_id": "acme", "user_id": null, "language": "en", "client_id": "dba41ecccc3fc162", "timestamp": 1795191776, "ip_address": "203.0.113.9", "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36", "triggered_by": "user", "audit_context": {"http_url": "https://id.acme.example/oauth2/authorize"}, "geo_location_code": "TW", "preferred_languages": ["en", "en"]}, "payload": {"type": "authenticate-primary-oob", "sender": "+15550001111", "recipient": "+85298765432", "is_not_counted_in_usage": false}}');
INSERT INTO public._audit_log_p20261101 VALUES ('00000000000a5aba', 'acme', '2026-11-20 16:31:34', '', 'admin_api.mutation.set_disabled_status.executed', '192.0.2.10', 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0', NULL, '{"id": "00000000000a5aba", "seq": 678586, "type": "admin_api.mutation.set_disabled_status.executed", "context": {"app_id": "acme", "user_id": null, "language": "tr", "timestamp": 1795192294, "ip_address": "192.0.2.10", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "triggered_by": "admin_api", "audit_context": {"usage": "proxy", "http_url": "https://id.acme.example/graphql", "http_referer": "https://portal.acme.example/project/acme/users", "actor_user_id": "47ccf25e-c84d-48db-ac74-254770f58904"}, "geo_location_code": null, "preferred_languages": ["tr", "en"]}, "payload": {"user": {"id": "4fd12aab-fe22-48f2-a19e-9cb0eb53f169", "roles": ["editor"], "groups": [], "x_web3": {}, "created_at": "2026-08-08T12:31:34Z", "updated_at": "2026-11-19T16:31:34Z", "is_disabled": true, "is_verified": true, "is_anonymous": false, "is_anonymized": false, "last_login_at": "2026-11-19T16:31:34Z", "disable_reason": "abuse", "is_deactivated": false, "custom_attributes": {}, "can_reauthenticate": true, "standard_attributes": {"name": "Zoë Çelik", "updated_at": 1795105894, "phone_number": "+905321234567", "preferred_username": "zoe", "phone_number_verified": true}}, "is_disabled": true}}');


--
-- Data for Name: _audit_metrics; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public._audit_metrics VALUES ('1', 'acme', 'sms_otp_verified', '+852', '2026-11-20 00:00:00');
INSERT INTO public._audit_metrics VALUES ('2', 'acme', 'sms_otp_verified', '+44', '2026-11-20 00:00:00');


--
-- PostgreSQL database dump complete
--

\unrestrict mcBH3SYMT2mswq0DL1RyXIjzrpoTwGT4cgjrMfclDwDe21u3F2Tuu9mPzFJMMdO

