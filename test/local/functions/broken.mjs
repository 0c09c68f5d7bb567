throw new Error('missing environment variable: STAGE')
