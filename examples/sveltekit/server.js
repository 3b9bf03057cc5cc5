// adapter-node takes every request for https until a header tells it otherwise, and SvelteKit then refuses form posts
// from its own pages on plain http. This server speaks plain http and says so in a header of its own, overwriting what
// a client may have sent under that name. Behind a proxy that ends TLS, set PROTOCOL_HEADER to the proxy's header.
const ownHeader = 'x-connection-scheme'
process.env.PROTOCOL_HEADER ??= ownHeader

const { server } = await import('./build/index.js')

server.prependListener('request', (request) => {
  request.headers[ownHeader] = 'http'
})
