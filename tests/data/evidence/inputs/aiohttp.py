import asyncio, aiohttp

async def main():
    async with aiohttp.ClientSession("https://feedback.example.com") as s:
        async with s.post("/api/v1/projects/aurora-2/feedback/helpdesk",
                          params={"apiKey": "7b1e94d0c35f4a86"},
                          json={"summary": "VPN down", "severity": "High"}) as r:
            print(r.status, await r.text())

asyncio.run(main())

# aiohttp.client_exceptions.ClientConnectorCertificateError: Cannot connect to host feedback.example.com:443 ssl:True [SSLCertVerificationError: (1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)')]
