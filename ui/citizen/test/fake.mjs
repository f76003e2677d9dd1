/**
 * The doors of a pretend phone, in memory: for looking at the screens while they are drawn, and for
 * the tests of this folder. Nothing of it is shipped, and it keeps no rule of the real core beyond
 * the order of the steps.
 */
const CAMPAIGNS = [
  {
    id: 'agua-para-todas',
    process: 'iniciativas-2026',
    process_name: 'Iniciativas ciudadanas 2026 (demostración)',
    kind: 'iniciativa_ciudadana',
    title: 'Agua potable en todas las escuelas públicas',
    requester: 'Colectivo Ficticio Agua Clara',
    description:
      'Propone que toda escuela pública tenga bebederos con agua potable, revisados dos veces al año, y que los resultados se publiquen.',
    demarcation: { scope: 'pais' },
    opens_at: '2026-10-01T06:00:00Z',
    closes_at: '2026-12-20T06:00:00Z',
    required: 123456,
    exclusivity: 'campaign',
  },
  {
    id: 'prueba-ejemplo-senado',
    process: 'senado-2027',
    process_name: 'Elección federal 2027 (demostración)',
    kind: 'candidatura_senaduria',
    title: 'Roberta Prueba Ejemplo al Senado por Jalisco',
    requester: 'Roberta Prueba Ejemplo',
    description: 'Aspirante a candidata independiente al Senado de la República por el estado de Jalisco.',
    demarcation: { scope: 'entidad', entidad: 14 },
    opens_at: '2026-10-01T06:00:00Z',
    closes_at: '2026-11-30T06:00:00Z',
    required: 98765,
    exclusivity: 'process',
  },
  {
    id: 'playas-limpias',
    process: 'consultas-bc-2026',
    process_name: 'Consultas locales 2026 (demostración)',
    kind: 'consulta_popular',
    title: 'Playas limpias en Baja California',
    requester: 'Vecinas de Muestra por la Playa',
    description: 'Pregunta si los municipios de la costa deben publicar cada semana la calidad del agua de sus playas.',
    demarcation: { scope: 'entidad', entidad: 2 },
    opens_at: '2026-10-01T07:00:00Z',
    // Midnight in Tijuana in winter: two hours after Mexico City's.
    closes_at: '2026-12-10T08:00:00Z',
    time_zone: 'America/Tijuana',
    required: 45678,
    exclusivity: 'campaign',
  },
]
const ENTIDADES = ['Aguascalientes', 'Baja California', 'Baja California Sur', 'Campeche', 'Coahuila', 'Colima', 'Chiapas', 'Chihuahua', 'Ciudad de México', 'Durango', 'Guanajuato', 'Guerrero', 'Hidalgo', 'Jalisco', 'México', 'Michoacán', 'Morelos', 'Nayarit', 'Nuevo León', 'Oaxaca', 'Puebla', 'Querétaro', 'Quintana Roo', 'San Luis Potosí', 'Sinaloa', 'Sonora', 'Tabasco', 'Tamaulipas', 'Tlaxcala', 'Veracruz', 'Yucatán', 'Zacatecas']
const NOTICE = {
  version: '0123456789abcdef',
  simplified: [
    'El responsable de sus datos es la autoridad electoral que abrió el proceso al que usted da su apoyo.',
    'Sus datos se usan para una sola cosa: comprobar que su apoyo es suyo, que está en la lista nominal y que se cuenta una vez. Dar apoyo revela una opinión política, que es un dato personal sensible.',
    'Puede negarse: sin aceptar este aviso la app no abre la cámara ni envía nada.',
  ],
  whole: ['# Quién responde', 'La autoridad electoral que abrió el proceso.', '# Qué datos se recaban', 'Fotografías de su credencial, su rostro, su firma y su correo.'],
}
const ORDER = ['front', 'back', 'selfie', 'signature']

const taken = (name, source, findings) => ({ name, source, findings, ask: findings.filter((one) => one !== 'from_file' && one !== 'typed_signature'), width: 1920, height: 1080, sha256: Math.random().toString(16).slice(2).padEnd(64, '0') })

/** A draft at its first step with a camera, or at its last step. */
export function draftAt(where) {
  const begun = { campaign: CAMPAIGNS[0], model: 'G', parts: {}, typed: [], confirmed: false, kind: null }
  if (where === 'front') return begun
  const parts = Object.fromEntries(ORDER.map((name) => [name, taken(name, 'camera', [])]))
  return { ...begun, parts, confirmed: true, kind: 'drawn' }
}

/** A refusal, as the core words it. */
export class Shut extends Error {
  constructor(problem) {
    super(problem.code)
    this.problem = problem
  }
}

/** One pretend phone. */
export function pretendPhone() {
  const phone = { language: 'es-MX', stage: 'notice', email: '', entidad: null, seccion: null, draft: null, apoyos: [], pictures: {}, looks: 0, offline: false, refuse: null, status: null, findings: [], wifi_only: false, network: 'unmetered', lost: null }
  const shut = (code, more = {}) => {
    throw new Shut({ code, ...more })
  }
  const now = () => new Date().toISOString()

  function step(draft) {
    if (!draft.model) return 'model'
    for (const part of ['front', 'back']) if (!draft.parts[part]) return part
    if (!draft.confirmed) return 'reading'
    for (const part of ['selfie', 'signature']) if (!draft.parts[part]) return part
    return 'summary'
  }
  function draftView(draft) {
    return (
      draft && {
        campaign: draft.campaign,
        step: step(draft),
        model: draft.model,
        parts: ORDER.filter((part) => draft.parts[part]).map((part) => draft.parts[part]),
        reading: draft.parts.back
          ? [
              { name: 'cic', value: '123456789', source: 'qr' },
              { name: 'identificador', value: '234567890', source: 'qr' },
              { name: 'seccion', value: '0001', source: 'qr' },
              { name: 'issued', value: '2023-04-15', source: 'qr' },
              ...draft.typed,
            ]
          : [],
        confirmed: draft.confirmed,
        findings: [],
        signature_kind: draft.kind,
        activation_front: true,
        notice_version: NOTICE.version,
      }
    )
  }
  const activation = () =>
    ({
      notice: { stage: 'notice' },
      front: { stage: 'front' },
      email: { stage: 'email', findings: [], ask: [], ended: null, proved: null },
      code: { stage: 'code', masked_email: 'l•••@ejemplo.mx', expires_in_s: 86390, resend_in_s: 48, tries_left: 5, mail: phone.mail },
      active: { stage: 'active', device: 'ab'.repeat(16), since: '2026-11-22T12:00:00Z' },
    })[phone.stage]
  const state = () => ({ language: phone.language, activation: activation(), entidad: phone.entidad, seccion: phone.seccion, draft: draftView(phone.draft), apoyos: phone.apoyos, wifi_only: phone.wifi_only, network: phone.network, lost: phone.lost, app_version: '0.1.0-fake' })
  const part = (name, source, findings = phone.findings) => taken(name, source, findings)

  const doors = {
    state: () => {},
    notice: () => NOTICE,
    set_language: ({ language }) => void (phone.language = language),
    entidades: () => ENTIDADES.map((name, nth) => ({ number: nth + 1, name })),
    accept_notice: () => void (phone.stage = 'front'),
    put_activation_front: () => (phone.refuse ? shut(phone.refuse) : void (phone.stage = 'email')),
    set_demarcation: ({ entidad, seccion }) => void Object.assign(phone, { entidad, seccion }),
    // Only the code by mail: no provider is configured.
    providers: () => [],
    look_at_address: () => ({ problem: null, meant: null }),
    begin_activation: ({ email, email_again }) => {
      if (!email.includes('@')) shut('email_invalid', { field: 'email' })
      if (email.trim() !== email_again.trim()) shut('emails_differ')
      phone.stage = 'code'
      phone.bounces = email.startsWith('rebota')
      phone.mail = null
    },
    resend_code: () => void (phone.mail = null),
    look_after_mail: () => void (phone.mail = phone.bounces ? { code: 'mail_bounced' } : null),
    abandon_activation: () => void (phone.stage = 'email'),
    complete_activation: ({ code }) => {
      if (code.replace(/-/g, '').length !== 8) shut('code_malformed')
      if (code === 'AAAA-AAAA') shut('code_wrong', { tries_left: 4 })
      phone.stage = 'active'
    },
    campaigns: ({ search }) => {
      const words = search.toLowerCase()
      const campaigns = CAMPAIGNS.filter((one) => `${one.title} ${one.requester} ${one.description}`.toLowerCase().includes(words))
      return { campaigns, open: CAMPAIGNS.length, fetched_at: now(), problem: phone.offline ? { code: 'server_unreachable' } : null }
    },
    begin_draft: ({ campaign }) => void (phone.draft = { campaign: CAMPAIGNS.find((one) => one.id === campaign), model: null, parts: {}, typed: [], confirmed: false, kind: null }),
    choose_model: ({ model }) => void (phone.draft.model = model),
    look: async ({ aim }) => {
      await new Promise((resolve) => setTimeout(resolve, phone.looking_ms ?? 0))
      phone.looks += 1
      const advice = ['aim_at_card', 'come_closer', 'glare', 'hold_still'][Math.floor(phone.looks / 6) % 4]
      const good = phone.good ?? false
      phone.steady = good ? Math.min(3, (phone.steady ?? 0) + 1) : 0
      const card = aim !== 'selfie' && advice !== 'aim_at_card' ? [[0.14, 0.2], [0.85, 0.17], [0.87, 0.8], [0.13, 0.82]] : null
      const corners = aim === 'back' ? [[0.3, 0.3], [0.42, 0.3], [0.42, 0.5], [0.3, 0.5]] : null
      return { advice: good ? 'good' : advice, card, corners, qr_read: good, good, steady: phone.steady, steady_needed: 3, take: aim !== 'selfie' && phone.steady === 3 }
    },
    scanned_qr: () => {},
    put_picture: ({ part: name, source, anyway }, bytes, type) => {
      if (phone.refuse && !anyway) shut(phone.refuse, ['picture_blurred', 'picture_light'].includes(phone.refuse) ? { anyway: true } : {})
      phone.pictures[name] = { bytes, type: type ?? 'image/jpeg' }
      phone.draft.parts[name] = part(name, source)
    },
    use_activation_front: () => shut('picture_blurred'),
    type_fields: ({ curp }) => {
      if (curp && curp.length !== 18) shut('field_invalid', { field: 'curp' })
      phone.draft.typed = curp ? [{ name: 'curp', value: curp, source: 'typed' }] : []
    },
    confirm_reading: () => void (phone.draft.confirmed = true),
    put_signature: ({ kind }, bytes) => {
      if (phone.unsigned) shut('signature_empty')
      phone.pictures.signature = { bytes, type: 'image/png' }
      phone.draft.parts.signature = part('signature', 'camera', kind === 'typed' ? ['typed_signature'] : [])
      phone.draft.kind = kind
    },
    redo: ({ part: name }) => void delete phone.draft.parts[name],
    discard_draft: () => void (phone.draft = null),
    send: ({ consent }) => {
      if (!consent) shut('consent_missing')
      const id = String(phone.apoyos.length + 1).padStart(32, '0')
      const { id: campaign, title, requester } = phone.draft.campaign
      phone.apoyos = [{ apoyo: id, campaign, title, requester, queued_at: now(), may_cancel: true, may_export: true, lost: null, queue: phone.offline ? { state: 'waiting', next_try_in_s: 12, waits_for: 'network', problem: { code: 'server_unreachable' } } : { state: 'waiting', next_try_in_s: 0, waits_for: 'turn', problem: null } }, ...phone.apoyos]
      phone.draft = null
    },
    run_queue: async () => {
      if (phone.offline) return
      for (const one of phone.apoyos) {
        if (one.queue.state !== 'waiting' && one.queue.state !== 'sending') continue
        for (let done = 0; done <= 4; done++) {
          one.queue = { state: 'sending', parts_done: done, parts: 4 }
          await new Promise((resolve) => setTimeout(resolve, phone.slow ?? 150))
        }
        Object.assign(one, { may_cancel: false, may_export: false })
        one.queue = { state: 'receipted', folio: '0000-00AB-C', received_at: now(), status: phone.status }
      }
    },
    retry: () => {},
    network_is: ({ kind }) => void (phone.network = kind),
    set_wifi_only: ({ wifi_only }) => void (phone.wifi_only = wifi_only),
    loss_was_read: () => void (phone.lost = null),
    cancel: ({ apoyo }) => void (phone.apoyos = phone.apoyos.filter((one) => one.apoyo !== apoyo)),
    export: () => ({ bytes: Buffer.from('{"format":"apoyo-file/1"}'), type: 'application/octet-stream' }),
    remove_refused: ({ apoyo }) => void (phone.apoyos = phone.apoyos.filter((one) => one.apoyo !== apoyo)),
    refresh_statuses: () => {
      for (const one of phone.apoyos) if (one.queue.state === 'receipted') one.queue.status = phone.status ?? { apoyo: one.apoyo, campaign: one.campaign, status: 'preliminary', reasons: [], changed_at: now() }
    },
    receipt: ({ apoyo }) => {
      const one = phone.apoyos.find((found) => found.apoyo === apoyo) ?? shut('apoyo_unknown')
      return { folio: one.queue.folio, sequence: 331, received_at: one.queue.received_at, title: one.title, requester: one.requester, content: 'c0ffee'.repeat(10) + 'c0ff', signed: '{"receipt":{},"signature":""}', key: 'AAAA' }
    },
    forget_everything: () => Object.assign(phone, { stage: 'notice', draft: null, apoyos: [], pictures: {}, entidad: null, seccion: null }) && undefined,
  }

  return {
    phone,
    /** Opens one door. Answers JSON, or `{ bytes, type }` for a picture. */
    async open(door, bytes, type) {
      if (door.door === 'picture') return phone.pictures[door.part] ?? shut('draft_missing')
      const answer = await doors[door.door](door, bytes, type)
      return answer ?? state()
    },
  }
}
