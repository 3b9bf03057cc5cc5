import { createRequestHandler, type HandleDocumentRequestFunction, type ServerBuild } from '@remix-run/node'

type RouteModule = ServerBuild['routes'][string]['module']

/** A route of a test app, below the root. With `page` it is a page, without it a resource. */
export interface TestRoute extends Pick<RouteModule, 'loader' | 'action' | 'headers'> {
  readonly page?: boolean
}

/** A document without React: the JSON of what action and loaders gave. */
const renderData: HandleDocumentRequestFunction = (_request, status, headers, { staticHandlerContext }) => {
  const { loaderData, actionData } = staticHandlerContext
  return Response.json({ loaderData, actionData }, { status, headers })
}

/** Remix's own request handler over a root route and one route for each path, with single fetch. */
export function remixApp(
  root: Omit<TestRoute, 'page'>,
  routes: Readonly<Record<string, TestRoute>>,
  render: HandleDocumentRequestFunction = renderData,
): (request: Request) => Promise<Response> {
  const children = Object.entries(routes).map(([path, { page, ...module }]) => [
    path,
    { id: path, parentId: 'root', path, module: page ? { ...module, default: () => null } : module },
  ])
  const build: ServerBuild = {
    mode: 'test',
    entry: { module: { default: render, handleError: () => undefined } },
    routes: {
      root: { id: 'root', path: '', module: { ...root, default: () => null } },
      ...Object.fromEntries(children),
    },
    assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
    publicPath: '/',
    assetsBuildDirectory: 'build',
    isSpaMode: false,
    future: {
      v3_fetcherPersist: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_singleFetch: true,
      v3_lazyRouteDiscovery: false,
    },
  }
  const handle = createRequestHandler(build, 'test')
  return (request) => handle(request)
}
