export const GET = () => new Response('0')
