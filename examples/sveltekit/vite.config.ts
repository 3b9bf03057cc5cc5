import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

const { HOST, PORT } = process.env

export default defineConfig({
  plugins: [sveltekit({ adapter: adapter() })],
  server: { ...(HOST && { host: HOST }), ...(PORT && { port: Number(PORT), strictPort: true }) },
})
