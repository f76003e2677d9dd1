"""Signs the requests of Schemathesis in the place of a phone, and writes types of body that it does
not know. Without APOYO_KEY nothing is signed."""
import base64
import hashlib
import os
import struct

import requests
import schemathesis
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

NAME = os.environ.get("APOYO_KEY")
BOUNCES = os.environ.get("APOYO_BOUNCES", "")
# What the signer replaces; a probe with another or no signature is left alone.
SIGN = "sign-this"
NEWCOMERS = ("/v1/activations", "/v1/signins")


@schemathesis.serializer("message/rfc822")
def message(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def whole(value):
    """JSON Schema takes 3.0 for a whole number, serde for a fraction; no client writes it so."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    if isinstance(value, list):
        return [whole(one) for one in value]
    if isinstance(value, dict):
        return {name: whole(one) for name, one in value.items()}
    return value


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    if isinstance(case.body, (dict, list)):
        case.body = whole(case.body)
    if NAME:
        name_own_key(case)


def url64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


if NAME:
    KEY = serialization.load_der_private_key(bytes.fromhex(os.environ["APOYO_SECRET"]), None)
    POINT = url64(
        KEY.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
    )

    class Signer(requests.auth.AuthBase):
        """Signs the request as it leaves: method, path with query, SHA-256 of the body."""

        def __call__(self, request):
            if request.headers.get("apoyo-signature") != SIGN:
                return request
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else bytes(body)
            path = request.path_url
            digest = hashlib.sha256(body).digest()
            if path.startswith("/v1/blobs/"):
                try:
                    digest = bytes.fromhex(path.split("/")[3].split("?")[0])
                except ValueError:
                    pass
            text = b"apoyo/v1" + struct.pack(">H", 1)
            for field in (request.method.encode(), path.encode(), digest):
                text += struct.pack(">I", len(field)) + field
            r, s = utils.decode_dss_signature(KEY.sign(text, ec.ECDSA(hashes.SHA256())))
            request.headers["apoyo-signature"] = url64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
            newcomer = request.method == "POST" and path.split("?")[0] in NEWCOMERS
            request.headers["apoyo-key"] = "new" if newcomer else NAME
            return request

    @schemathesis.auth()
    class Phone:
        def get(self, case, ctx):
            return SIGN

        def set(self, case, data, ctx):
            security = ctx.operation.definition.raw.get("security", [])
            case.headers = case.headers or {}
            if any("signature" in one for one in security):
                case.headers["apoyo-key"] = NAME
                case.headers["apoyo-signature"] = data
            if any("bounces" in one for one in security):
                case.headers["Authorization"] = f"Bearer {BOUNCES}"

    def name_own_key(case):
        # A newcomer signs with the key that its body names.
        newcomer = case.operation.method.upper() == "POST" and case.operation.path in NEWCOMERS
        signs = (case.headers or {}).get("apoyo-signature") == SIGN
        if newcomer and signs and isinstance(case.body, dict) and "device_key" in case.body:
            case.body["device_key"] = POINT

    # Every request goes out through one session; a signer without a mark does nothing.
    plain = requests.Session.prepare_request

    def prepare(session, request):
        prepared = plain(session, request)
        return Signer()(prepared)

    requests.Session.prepare_request = prepare
