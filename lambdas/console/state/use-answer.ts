import { useEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '../api/explain.ts'

/**
 * What the API answers, read again each `everyMs` while the page is visible. `key`: what it is read of; when it changes,
 * what was read before is forgotten.
 */
export function useAnswer<Data>(
  read: () => Promise<Data>,
  { key = '', everyMs = null }: { readonly key?: string; readonly everyMs?: number | null } = {},
) {
  const [data, setData] = useState<Data | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  /** Only the newest request counts: an older answer may come later. */
  const newest = useRef(0)
  const reload = async (): Promise<void> => {
    const own = ++newest.current
    try {
      const answer = await read()
      if (own !== newest.current) return
      setData(answer)
      setTrouble(null)
    } catch (error) {
      if (own === newest.current) setTrouble(messageOf(error))
    }
  }
  const current = useRef(reload)
  current.current = reload
  useEffect(() => {
    setData(null)
    void current.current()
    const timer =
      everyMs === null
        ? undefined
        : setInterval(() => {
            if (!document.hidden) void current.current()
          }, everyMs)
    return () => {
      newest.current++
      clearInterval(timer)
    }
  }, [key, everyMs])
  return { data, trouble, reload, setData }
}
