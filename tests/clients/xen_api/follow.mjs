// Follows a pool as Xen Orchestra does: logs in at any host, watches all objects, migrates a guest and watches that,
// creates storage, reads performance data, leaves. Prints what it saw as one JSON object.
//
// Usage: node follow.mjs URL GUEST HOST SERVER PATH   (password in XENAPI_PASSWORD)

import { createRequire } from 'node:module'

const { createClient } = createRequire(process.env.XEN_API_FOLDER + '/')('xen-api')
const [url, guest, host, server, path] = process.argv.slice(2)
const seen = { updates: [] }

const xapi = createClient({
  url,
  auth: { user: 'root', password: process.env.XENAPI_PASSWORD },
  allowUnauthorized: true,
  debounce: 20,
})
const named = (type, name) => Object.values(xapi.objects.all).find(one => one.$type === type && one.name_label === name)
const refusal = promise =>
  promise.then(
    () => null,
    error => [error.code, ...error.params]
  )

await xapi.connect()
await xapi.objectsFetched
seen.pool = xapi.pool.name_label
seen.asked = new URL(url).hostname
seen.answered = xapi._url.hostname
seen.types = [...new Set(Object.values(xapi.objects.all).map(one => one.$type))]

const vm = named('VM', guest)
const target = named('host', host)
seen.before = vm.$resident_on.name_label
xapi.objects.on('update', objects => {
  for (const one of Object.values(objects)) {
    if (one.$ref === vm.$ref) {
      seen.updates.push({ on: one.$resident_on?.name_label, doing: Object.values(one.current_operations) })
    }
  }
})

const task = await xapi.call('Async.VM.pool_migrate', vm.$ref, target.$ref, { live: 'true' })
seen.result = await xapi.watchTask(task)
seen.after = (await xapi.barrier(vm.$ref)).$resident_on.name_label
seen.there = await refusal(xapi.callAsync('VM.start', vm.$ref, false, false))

const config = { server, serverpath: path }
const create = device_config =>
  xapi.call('SR.create', target.$ref, device_config, 0, 'from-node', '', 'nfs', 'user', true, {})
seen.denied = await refusal(create(config))
seen.unknown = await refusal(xapi.call('SR.probe', target.$ref, { server: 'nowhere.localdomain' }, 'nfs', {}))
seen.exports = (await refusal(xapi.call('SR.probe', target.$ref, { server }, 'nfs', {})))?.[0]
seen.plugin = await xapi.call('host.call_plugin', target.$ref, 'raid.py', 'check_raid_pool', {})
seen.missing = await refusal(xapi.callAsync('host.call_plugin', target.$ref, 'none.py', 'run', {}))

await vm.update_other_config('seen-by', 'node')
seen.note = (await xapi.barrier(vm.$ref)).other_config['seen-by']

const stats = await xapi.getResource('/rrd_updates', {
  query: { start: -60, host: 'true', json: 'true', cf: 'AVERAGE' },
})
seen.stats = JSON.parse(await stats.body.text()).meta
await stats.task

const { sessionId } = xapi
await xapi.disconnect()
await xapi.connect()
seen.session = sessionId !== xapi.sessionId
await xapi.disconnect()
seen.status = xapi.status

console.log(JSON.stringify(seen))
process.exit(0)
