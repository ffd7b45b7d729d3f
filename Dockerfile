# The server with its page. docs/operations.md, "Containers", describes the settings.

# Node.js has the version that the tests run on.
FROM node:24.21.0-slim AS sources
ENV CI=true
WORKDIR /app
COPY . .

FROM sources AS page
RUN --mount=type=cache,target=/root/.local/share/pnpm/store,sharing=locked \
    npx -y pnpm@12 install --frozen-lockfile --filter @earshot/web... \
    && node scripts/page.ts

# The server runs from its TypeScript sources, as in a checkout. The compiler is a peer dependency of tRPC for types alone.
FROM sources AS server
RUN --mount=type=cache,target=/root/.local/share/pnpm/store,sharing=locked \
    npx -y pnpm@12 install --frozen-lockfile --prod --filter @earshot/cli... \
    && rm -rf node_modules/.pnpm/typescript@* node_modules/.pnpm/@typescript+* \
    && find . -xtype l -delete \
    && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

FROM node:24.21.0-slim
LABEL org.opencontainers.image.title="Earshot" \
      org.opencontainers.image.description="Location-based real-time chat" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3001 DATA_DIR=/data
RUN mkdir /data && chown 1000:1000 /data
WORKDIR /app
COPY --from=server /app/LICENSE /app/package.json ./
COPY --from=server /app/node_modules node_modules
COPY --from=server /app/packages/shared packages/shared
COPY --from=server /app/packages/client packages/client
COPY --from=server /app/packages/server packages/server
COPY --from=server /app/packages/cli packages/cli
COPY --from=page /app/packages/server/page packages/server/page
# The user `node` of the base image, as a number: Kubernetes checks `runAsNonRoot` with it.
USER 1000:1000
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "packages/cli/src/main.ts"]
CMD ["serve"]
