import { reactRouter } from '@react-router/dev/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [reactRouter()],
  // It loads a native module, which cannot be bundled. Vite leaves packages from npm alone anyway, linked ones not.
  ssr: { external: ['@sojourn/shm'] },
})
