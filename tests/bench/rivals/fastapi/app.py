"""The same work as the intake of `apoyo`, as a careful team would write it with FastAPI.

One multipart request per submission: four pictures, a manifest, the device's ES256
signature. Checked and hashed, written to disk with fsync, the row committed by
PostgreSQL, and a receipt signed with Ed25519 before the answer.
"""
import asyncio
import hashlib
import json
import os
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from fastapi import FastAPI, File, Form, Header, HTTPException, UploadFile

FOLDER = Path(os.environ["RIVAL_FOLDER"])
RECEIPT_KEY = Ed25519PrivateKey.generate()
SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    id text PRIMARY KEY,
    sequence bigserial NOT NULL,
    campaign text NOT NULL,
    manifest text NOT NULL,
    signature bytea NOT NULL,
    receipt text
);
CREATE TABLE IF NOT EXISTS tally (campaign text PRIMARY KEY, received bigint NOT NULL);
"""


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(os.environ["RIVAL_DATABASE"], min_size=4, max_size=16)
    async with app.state.pool.acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock(1)")
        await connection.execute(SCHEMA)
        await connection.execute("SELECT pg_advisory_unlock(1)")
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def keep(data: bytes) -> str:
    """Writes one picture durably under its hash."""
    name = hashlib.sha256(data).hexdigest()
    folder = FOLDER / name[:2]
    folder.mkdir(exist_ok=True)
    unfinished = folder / f"{name}.part"
    with open(unfinished, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(unfinished, folder / name)
    return name


def verify(manifest: bytes, signature: bytes, point: bytes) -> None:
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    key.verify(der, manifest, ec.ECDSA(hashes.SHA256()))


@app.post("/submissions")
async def submit(
    manifest: str = Form(),
    front: UploadFile = File(),
    back: UploadFile = File(),
    selfie: UploadFile = File(),
    signature: UploadFile = File(),
    device_signature: str = Header(),
    device_key: str = Header(),
):
    try:
        verify(manifest.encode(), bytes.fromhex(device_signature), bytes.fromhex(device_key))
    except (InvalidSignature, ValueError):
        raise HTTPException(401, "signature")
    fields = json.loads(manifest)
    pictures = [await part.read() for part in (front, back, selfie, signature)]
    names = await asyncio.gather(*(asyncio.to_thread(keep, picture) for picture in pictures))
    if names != fields["parts"]:
        raise HTTPException(422, "parts")
    async with app.state.pool.acquire() as connection, connection.transaction():
        sequence = await connection.fetchval(
            "INSERT INTO submission (id, campaign, manifest, signature) VALUES ($1, $2, $3, $4) RETURNING sequence",
            fields["id"], fields["campaign"], manifest, bytes.fromhex(device_signature),
        )
        await connection.execute(
            "INSERT INTO tally VALUES ($1, 1) ON CONFLICT (campaign) DO UPDATE SET received = tally.received + 1",
            fields["campaign"],
        )
        receipt = json.dumps({"id": fields["id"], "sequence": sequence})
        signed = {"receipt": receipt, "signature": RECEIPT_KEY.sign(receipt.encode()).hex()}
        await connection.execute("UPDATE submission SET receipt = $2 WHERE id = $1", fields["id"], json.dumps(signed))
    return signed


@app.get("/tally/{campaign}")
async def tally(campaign: str):
    async with app.state.pool.acquire() as connection:
        return {"received": await connection.fetchval("SELECT received FROM tally WHERE campaign = $1", campaign)}
