# One image for the api and the worker: the workspace with its production packages, run by Node without a build.
# Not run by the project's tests, which have no Docker at hand: `pnpm install` with these flags and the two programs are.
FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /almanac
COPY . .
# Optional packages are the embedded PostgreSQL and the pinned Node of a checkout: the image has a Node, the server is elsewhere.
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --prod --no-optional && rm -rf /root/.npm /root/.cache
# The console's files, once.
RUN node apps/console/build/main.ts
# Where LAKE_URL=file:/lake keeps the bytes: a volume that is mounted here is the user's.
RUN mkdir /lake && chown node:node /lake
USER node
EXPOSE 3000
CMD ["node", "apps/api/src/main.ts"]
