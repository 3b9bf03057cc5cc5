import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('routes/home.tsx'),
  route('start', 'routes/start.tsx'),
  route('modify', 'routes/modify.tsx'),
  route('destroy', 'routes/destroy.tsx'),
  route('streaming', 'routes/streaming.tsx'),
  route(':page', 'routes/page.tsx'),
  route('api/*', 'routes/api.ts'),
] satisfies RouteConfig
