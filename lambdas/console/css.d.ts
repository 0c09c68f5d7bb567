/** The bundler accepts style sheets as imports. */
declare module '*.css'
