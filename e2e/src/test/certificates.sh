#!/bin/bash
# Makes in a directory what TLS needs: ca.pem, cert.pem and key.pem for 127.0.0.1, and empty.crl and revoked.crl; the second names cert.pem.
set -euo pipefail
cd "$1"

key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" "${@:2}"; }

key ca -x509 -out ca.pem -subj /CN=ca -days 2
key leaf -out leaf.csr -subj /CN=leaf -addext subjectAltName=IP:127.0.0.1
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days 2 -out cert.pem
mv leaf.key key.pem
touch index.txt
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=2\n' >ca.cnf
authority() { openssl ca -config ca.cnf -keyfile ca.key -cert ca.pem "$@"; }
authority -gencrl -out empty.crl
authority -revoke cert.pem
authority -gencrl -out revoked.crl
