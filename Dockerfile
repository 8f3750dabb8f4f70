# syntax=docker/dockerfile:1
# One target for each image that docker-compose.yml builds.

FROM node:20.20-bookworm-slim AS build
WORKDIR /tacit
COPY package.json package-lock.json .npmrc ./
# Not `npm ci`: it insists on lock entries for every platform's optional binaries. The lock is honoured all the same.
RUN npm install --no-save --include=dev --loglevel=error
COPY . .
RUN node tools/build.cjs && npm prune --omit=dev --loglevel=error

FROM node:20.20-bookworm-slim AS runtime
ENV NODE_ENV=production
WORKDIR /tacit
COPY --from=build /tacit/package.json ./
COPY --from=build /tacit/node_modules ./node_modules
COPY --from=build /tacit/dist ./dist
# New named volumes take these folders' modes: whatever account TACIT_UID names can write there.
RUN mkdir -p /state /material/channels \
    && cd /material && mkdir -p organizations/orderer organizations/a organizations/b organizations/s \
    && chmod 0777 /state channels organizations/*
USER node

FROM runtime AS manufacturer-a
CMD ["node", "--enable-source-maps", "dist/apps/manufacturer-a/src/main.js"]

FROM runtime AS manufacturer-b
CMD ["node", "--enable-source-maps", "dist/apps/manufacturer-b/src/main.js"]

FROM runtime AS servicer-s
CMD ["node", "--enable-source-maps", "dist/apps/servicer-s/src/main.js"]

FROM runtime AS chaincode
CMD ["node", "--enable-source-maps", "dist/chaincode/src/main.js"]

# Fabric 3 publishes images of its orderer and its peer; cryptogen, configtxgen and osnadmin come in the release archive.
FROM debian:bookworm-slim AS fabric-programs
ARG TARGETARCH=amd64
ARG FABRIC_VERSION=3.1.1
ADD https://github.com/hyperledger/fabric/releases/download/v${FABRIC_VERSION}/hyperledger-fabric-linux-${TARGETARCH}-${FABRIC_VERSION}.tar.gz /fabric.tar.gz
RUN mkdir /fabric && tar -xzf /fabric.tar.gz -C /fabric

FROM runtime AS fabric-setup
COPY --from=fabric-programs /fabric/bin/peer /fabric/bin/orderer /fabric/bin/osnadmin /fabric/bin/configtxgen /fabric/bin/cryptogen /usr/local/bin/
CMD ["node", "dist/fabric-network/compose/job.js", "--help"]
