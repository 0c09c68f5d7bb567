import { useEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '../api/explain.ts'

/**
 * An answer of the API, read again every `everyMs` while the page is visible. `key` identifies the subject; when it changes, the
 * previous answer is dropped.
 */
export function useAnswer<Data>(
  read: () => Promise<Data>,
  { key = '', everyMs = null }: { readonly key?: string; readonly everyMs?: number | null } = {},
) {
  const [data, setData] = useState<Data | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  /** Only the newest request counts, because an older answer may arrive later. */
  const newest = useRef(0)
  const load = async (): Promise<void> => {
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
  const running = useRef(Promise.resolve())
  const reload = (): Promise<void> => (running.current = load())
  const isHeld = useRef(false)
  /** Runs an action that deletes the subject. No timed read runs during the action, and none follows unless the action failed. */
  const whileHeld = async (work: () => Promise<void>): Promise<void> => {
    isHeld.current = true
    try {
      await running.current
      await work()
    } catch (error) {
      isHeld.current = false
      throw error
    }
  }
  const current = useRef(reload)
  current.current = reload
  useEffect(() => {
    setData(null)
    isHeld.current = false
    void current.current()
    const timer =
      everyMs === null
        ? undefined
        : setInterval(() => {
            if (!document.hidden && !isHeld.current) void current.current()
          }, everyMs)
    return () => {
      newest.current++
      clearInterval(timer)
    }
  }, [key, everyMs])
  return { data, trouble, reload, setData, whileHeld }
}
