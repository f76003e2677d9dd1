#!/usr/bin/python3
"""A mail relay for the tests: STARTTLS, AUTH and moods, on aiosmtpd.

peer.py FOLDER HOST PORT CERT KEY USER PASSWORD

Mails become FOLDER/NNNN.eml, with the sender of the envelope in front as Return-Path. What it
does with each is said in FOLDER/mood, read anew for every command: `take` (the usual), `later`
and `never` (4xx and 5xx to the recipient), `busy` and `full` (4xx and 5xx to the mail itself),
`drop` (takes the mail, hangs up without saying so), `hang` (never answers).
"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

folder, host, port, cert, key, user, password = sys.argv[1:8]
taken = 0


def mood():
    try:
        with open(os.path.join(folder, "mood"), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "take"


def note(word):
    with open(os.path.join(folder, "log"), "a", encoding="ascii") as file:
        file.write(word + "\n")


class Relay:
    async def handle_RCPT(self, server, session, envelope, address, options):
        note(f"rcpt tls={session.ssl is not None} auth={session.authenticated}")
        if mood() == "later":
            return "451 4.3.0 try again later"
        if mood() == "never":
            return "550 5.1.1 no such mailbox"
        if mood() == "hang":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global taken
        if mood() == "busy":
            return "452 4.3.1 insufficient system storage"
        if mood() == "full":
            return "552 5.2.2 mailbox full"
        taken += 1
        beside = os.path.join(folder, f"{taken:04}.part")
        with open(beside, "wb") as file:
            file.write(f"Return-Path: <{envelope.mail_from}>\r\n".encode())
            file.write(envelope.content)
        os.rename(beside, os.path.join(folder, f"{taken:04}.eml"))
        if mood() == "drop":
            note("dropped")
            server.transport.abort()
            return "421 4.3.2 gone"
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == user.encode() and data.password == password.encode()
    note(f"auth tls={session.ssl is not None} right={right}")
    return AuthResult(success=right, handled=False)


class Listener(Controller):
    def factory(self):
        return SMTP(
            self.handler,
            hostname="relay.ejemplo.mx",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=authenticate,
        )


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)
listener = Listener(Relay(), hostname=host, port=int(port))
listener.start()
print("listening", flush=True)
try:
    sys.stdin.read()  # until the test closes it or ends
finally:
    listener.stop()
