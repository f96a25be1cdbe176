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
default	empty	Unknown	{}	2026-11-20 15:54:16+00
default	short	Unknown	{}
default	json-é	Unknown	{"key": 	2026-11-20 15:54:16+00
default	time	Unknown	{}	infinity
default	null	\N	{}	2026-11-20 15:54:16+00
default	escape	Unknown	{}	2026-11-20 15:54:16+00\
default	not-an-object	Unknown	"text"	2026-11-20 15:54:16+00
default	w8r1t5y0u2i4o7paqh6k3	Interaction.SignIn.Submit	{"b": [1, 2.50, {"a": true, "z": null}], "key": "Interaction.SignIn.Submit", "zeta": 1, "params": {"scope": "openid profile", "state": "x", "client_id": "qh6k3w8r1t5y0u2i4o7pa"}, "result": "Success", "userId": "7m2kq9x4t1zb", "sessionId": "Zr4kT0w_9XnB2sVd7QpLm", "applicationId": "qh6k3w8r1t5y0u2i4o7pa"}	2026-11-20 15:54:14+00
\.

INSERT INTO public.logs SELECT * FROM public.old_logs;
