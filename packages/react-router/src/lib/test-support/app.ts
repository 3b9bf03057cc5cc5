import { createRequestHandler, type HandleDocumentRequestFunction, type ServerBuild } from 'react-router'

type RouteModule = ServerBuild['routes'][string] extends infer Route | undefined
  ? Route extends { readonly module: infer Module }
    ? Module
    : never
  : never

/** A route of a test app, below the root. With `page` it is a page, without it a resource. */
export interface TestRoute extends Pick<RouteModule, 'loader' | 'action' | 'middleware'> {
  readonly page?: boolean
}

/** A document without React: the JSON of what action and loaders gave. */
const renderData: HandleDocumentRequestFunction = (_request, status, headers, { staticHandlerContext }) => {
  const { loaderData, actionData } = staticHandlerContext
  return Response.json({ loaderData, actionData }, { status, headers })
}

/** What React Router's compiler makes of an app: a root route, and one route for each path. */
export function routerBuild(
  root: Omit<TestRoute, 'page'>,
  routes: Readonly<Record<string, TestRoute>>,
  render: HandleDocumentRequestFunction = renderData,
): ServerBuild {
  const children = Object.entries(routes).map(([path, { page, ...module }]) => [
    path,
    { id: path, parentId: 'root', path, module: page ? { ...module, default: () => null } : module },
  ])
  return {
    entry: { module: { default: render, handleError: () => undefined } },
    routes: {
      root: { id: 'root', path: '', module: { ...root, default: () => null } },
      ...Object.fromEntries(children),
    },
    assets: { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' },
    publicPath: '/',
    assetsBuildDirectory: 'build',
    future: {},
    ssr: true,
    isSpaMode: false,
    prerender: [],
    routeDiscovery: { mode: 'initial', manifestPath: '/__manifest' },
  }
}

/** React Router's own request handler over such an app. */
export const routerApp = (...app: Parameters<typeof routerBuild>): ReturnType<typeof createRequestHandler> =>
  createRequestHandler(routerBuild(...app), 'test')
