// The VaxRoute tab of Hawtio (5.2.0 in our own process, 4.2.0 beside us in another server): what an operator looks at first in the morning, and the buttons that go with it.
// Hawtio loads this file by module federation and asks it for init and get; React is the host's. There is no build step: the
// browser runs what stands here. It is served before the login, so it holds no secret; all it shows comes through Jolokia, in the
// name of whoever is logged in.
/* exported vaxrouteTab */
var vaxrouteTab = (function () {
  'use strict'

  const EVERY = 5000
  // After these many milliseconds the page says that it waits, and after those it asks anew.
  const PATIENT = 3000
  const LONGEST = 30000
  // So many held records are shown at first, and so many are given at most.
  const SOME = 50
  const MOST = 1000
  // So many files without an answer are shown.
  const FILES = 200
  const SHOWN = ['Access', 'Alarms', 'Answers', 'Connection', 'Delivery', 'Feed', 'Files', 'Held', 'HistoricalLoad', 'Jobs', 'Nodes', 'Notices', 'Source', 'Tasks']
  const STEPS = ['REGISTERED', 'TESTING', 'REVIEW_REQUESTED', 'APPROVED', 'LIVE']
  const NEEDS_ROLE = 'For operators. Your role only looks.'
  // The place of this file, which is another one in each server.
  const HERE = new URL('.', document.currentScript.src).pathname
  let shared

  // ------------------------------------------------------------------ reading

  /** Asks Jolokia one thing or, in an array, several; an answer that is no answer becomes an Error with a sentence for the operator. */
  async function post(jolokiaUrl, request, signal) {
    let response
    try {
      response = await fetch(jolokiaUrl, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        credentials: 'same-origin',
        body: JSON.stringify(request),
        signal,
      })
    } catch (away) {
      throw new Error(
        request.type === 'exec'
          ? 'The server does not answer, so nobody knows whether this was done. Look when it is back, before you do it again.'
          : 'The server does not answer. This page goes on by itself when it is back.'
      )
    }
    if (response.status === 401 || response.status === 403) {
      throw new Error('You are not logged in any more. Load this page again and log in.')
    }
    return response.ok ? await response.json() : valueOf({ status: response.status, error: 'HTTP ' + response.status })
  }

  const ask = async (jolokiaUrl, request, signal) => valueOf(await post(jolokiaUrl, request, signal))

  function valueOf(answer) {
    if (answer.status !== 200) {
      throw new Error(reason(answer.error || 'The server refused (' + answer.status + ').'))
    }
    return answer.value
  }

  /** What our own exceptions say, without the names of the classes that wrap it. */
  function reason(error) {
    return String(error).replace(/(?:[a-z][A-Za-z0-9_]*\.)+[A-Z][A-Za-z0-9_$]*\s*:\s*/g, '').trim()
  }

  const part = (mbean, key) => (mbean.match(new RegExp('[:,]' + key + '=("?)(.*?)\\1(?:,|$)')) || [])[2] || ''
  /** Why a value could not be read, as Jolokia 2.1 says it in a text and 2.6 in an object; empty when it was read. */
  function failure(value) {
    if (typeof value === 'string') return value.startsWith('ERROR: ') ? value.substring(7) : ''
    return value && value.error_type ? value.error_type + (value.error ? ': ' + value.error : '') : ''
  }

  const cannotServe = bean => Object.values(bean).some(value => failure(value).includes('LedgerUnavailable'))

  /**
   * Every attribute of the beans that this page shows, by the beans' names. Others are left alone: some cost the ledger much. Homes whose ledger does not
   * answer are asked nothing else, because each figure of theirs would wait for the database in its turn and then be missing, which looks like none: what was
   * known of them before stays.
   */
  async function look(jolokiaUrl, before, signal) {
    const config = { ignoreErrors: true }
    const ledgers = await ask(jolokiaUrl, { type: 'read', mbean: 'org.vaxroute:type=Ledger,*', attribute: ['Answering'], config }, signal)
    const homes = Object.keys(ledgers).map(mbean => part(mbean, 'home'))
    if (!homes.length) throw new Error('VaxRoute does not run here now. This page goes on by itself when it is back.')
    const away = new Set(Object.keys(ledgers).filter(mbean => ledgers[mbean].Answering === false).map(mbean => part(mbean, 'home')))
    const found = {}
    for (const home of homes.filter(name => !away.has(name))) {
      const wanted = SHOWN.map(type => ({ type: 'read', mbean: 'org.vaxroute:home=' + home + ',type=' + type + ',*', config }))
      const answers = await post(jolokiaUrl, wanted, signal)
      // A home need not have beans of each type.
      const beans = Object.assign({}, ...answers.filter(answer => answer.status !== 404).map(valueOf))
      // It may have gone away meanwhile.
      if (Object.values(beans).some(cannotServe)) away.add(home)
      else Object.assign(found, beans)
    }
    Object.keys(before || {}).filter(mbean => away.has(part(mbean, 'home'))).forEach(mbean => (found[mbean] = before[mbean]))
    return { beans: found, homes, away: [...away].sort() }
  }

  /** Beans by home and type: { north: { Feed: [{ mbean, name, ...attributes }] } }. Connections of two homes may have one name. */
  function byHome(beans) {
    const homes = {}
    Object.keys(beans)
      .sort()
      .forEach(mbean => {
        const types = (homes[part(mbean, 'home')] = homes[part(mbean, 'home')] || {})
        const bean = Object.assign({ mbean, name: part(mbean, 'name') }, beans[mbean])
        ;(types[part(mbean, 'type')] = types[part(mbean, 'type')] || []).push(bean)
      })
    return homes
  }

  const one = (all, type) => (all[type] || [{}])[0]
  const known = value => (failure(value) ? undefined : value)

  /** What could not be read, and why: "Held, Counts: ...". */
  const missing = beans =>
    Object.keys(beans).flatMap(mbean =>
      Object.keys(beans[mbean])
        .filter(attribute => failure(beans[mbean][attribute]))
        .map(attribute => part(mbean, 'type') + ', ' + attribute + ': ' + reason(failure(beans[mbean][attribute]).replace(/ \(class [^)]*\)$/, '')))
    )

  const rows = value => (Array.isArray(value) ? value : [])
  const of = (all, type, connection) =>
    (all[type] || []).filter(bean => bean.name === connection || bean.name.startsWith(connection + '.'))

  // ------------------------------------------------------------------ words

  const number = value => (typeof known(value) === 'number' ? value.toLocaleString() : '–')

  const many = (count, one, several) => number(count) + ' ' + (count === 1 ? one : several)

  /** "3 h ago" or "in 20 min"; the whole moment stands in the title. */
  function span(at, now) {
    const minutes = Math.round((at - now) / 60000)
    const size = Math.abs(minutes)
    const words =
      size < 1 ? 'now' : size < 60 ? size + ' min' : size < 2880 ? Math.round(size / 60) + ' h' : Math.round(size / 1440) + ' days'
    return size < 1 ? words : minutes < 0 ? words + ' ago' : 'in ' + words
  }

  /** The time, with its day if that is not today. */
  const moment = at => (at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString() : at.toLocaleString())

  const FILE_WORDS = {
    BUILT: ['built', 'info'],
    SENDING: ['sending', 'info'],
    UPLOADED: ['uploaded', 'info'],
    SENT: ['sent', 'good'],
    ANSWERED: ['answered', 'good'],
    UNSURE: ['unsure', 'bad'],
    REFUSED: ['refused', 'bad'],
    WITHDRAWN: ['withdrawn', 'quiet'],
  }

  /** States of files about which a person may ask why they are not sent again. The others have not left yet. */
  const AWAY = ['SENT', 'UNSURE', 'ANSWERED', 'REFUSED', 'WITHDRAWN']
  const ANSWER_WORDS = {
    FETCHED: ['fetched', 'info'],
    READ: ['read', 'good'],
    UNREADABLE: ['unreadable', 'bad'],
    DISMISSED: ['dismissed', 'quiet'],
  }
  const ANSWER_CHOICES = [
    ['', 'not understood'],
    ['latest', 'the latest'],
  ]
  const answerSays = a => ['accepted', 'warned', 'rejected', 'unknown', 'unmatched'].filter(word => a[word] > 0).map(word => number(a[word]) + ' ' + word).join(', ')

  const FILE_CHOICES = [
    ['', 'the latest'],
    ['SENT', 'without an answer'],
  ]

  // ------------------------------------------------------------------ the page

  function build(React, host) {
    const h = React.createElement
    const { useState, useEffect, useRef, useCallback, useContext, createContext } = React
    const Page = createContext(null)

    function Time({ at, none }) {
      const text = known(at)
      if (!text) return h('span', { className: 'vr-faint' }, none || '–')
      const moment = new Date(text)
      return h('time', { dateTime: text, title: moment.toLocaleString() + ' (' + text + ')' }, span(moment, Date.now()))
    }

    const Chip = ({ kind, children, title }) => h('span', { className: 'vr-chip vr-' + (kind || 'quiet'), title }, children)

    function Section({ id, title, note, children, actions }) {
      const heading = useContext(Page).id(id)
      return h(
        'section',
        { className: 'vr-card', 'aria-labelledby': heading },
        h('header', { className: 'vr-head' }, h('h2', { id: heading }, title), note && h('span', { className: 'vr-faint' }, note), h('span', { className: 'vr-actions' }, actions)),
        children
      )
    }

    function Table({ label, columns, children, empty, wrap }) {
      if (!React.Children.toArray(children).length) return h('p', { className: 'vr-faint vr-empty' }, empty)
      return h(
        'div',
        { className: 'vr-scroll', tabIndex: 0, role: 'region', 'aria-label': label },
        h(
          'table',
          { className: wrap ? 'vr-wrap' : undefined },
          h('caption', { className: 'vr-hidden' }, label),
          h('thead', null, h('tr', null, columns.map(c => h('th', { key: c.text || c, scope: 'col', className: c.number ? 'vr-number' : '' }, c.text || c)))),
          h('tbody', null, children)
        )
      )
    }

    const num = text => ({ text, number: true })
    const Num = ({ value }) => h('td', { className: 'vr-number' }, number(value))

    /** A button that opens its question; without the role it says why it does nothing. */
    function Act({ label, about, question, danger, primary }) {
      const page = useContext(Page)
      const may = page.mayAct
      return h(
        'button',
        {
          type: 'button',
          className: 'vr-button' + (danger ? ' vr-danger' : '') + (primary ? ' vr-primary' : ''),
          'aria-disabled': !may || page.stale || undefined,
          title: may ? (page.stale ? 'The server does not answer.' : undefined) : NEEDS_ROLE,
          'aria-label': label + (about ? ': ' + about : ''),
          onClick: () => may && !page.stale && page.ask(question),
        },
        label
      )
    }

    /** Pause or resume, whichever fits. */
    function PauseAct({ bean, what, effect }) {
      const paused = !!known(bean.Paused)
      return h(Act, {
        label: paused ? 'Resume' : 'Pause',
        about: what,
        question: {
          title: (paused ? 'Resume ' : 'Pause ') + what + '?',
          text: paused ? bean.Paused : effect,
          fields: [{ name: 'why', label: paused ? 'Why it may go on' : 'Why', hint: 'Stands on the trail. Name no patient.' }],
          act: v => [bean.mbean, paused ? 'resume(java.lang.String)' : 'pause(java.lang.String)', [v.why]],
          yes: paused ? 'Resume' : 'Pause',
        },
      })
    }

    /** What an operation tells, [mbean, operation, arguments], asked anew with each look of the page; null asks nothing. */
    function useTold(wanted) {
      const { read, asOf } = useContext(Page)
      const key = JSON.stringify(wanted)
      const [told, setTold] = useState({})
      useEffect(() => {
        let gone = false
        if (wanted) {
          read(...wanted)
            .then(value => ({ key, value }), e => ({ key, problem: e.message }))
            .then(now => gone || setTold(now))
        }
        return () => {
          gone = true
        }
      }, [key, asOf])
      return told.key === key ? told : {}
    }

    /** Chooses what a table shows. */
    const Choice = ({ id, label, options, value, onChange }) =>
      h(
        React.Fragment,
        null,
        h('label', { htmlFor: id, className: 'vr-hidden' }, label),
        h('select', { id, className: 'vr-choice', value, onChange: e => onChange(e.target.value) }, options.map(o => h('option', { key: o[0], value: o[0] }, o[1])))
      )

    // ---------------------------------------------------------------- dialogs

    const firstValues = question => Object.fromEntries((question.fields || []).map(f => [f.name, f.value || '']))

    /**
     * Asks before anything is done, and says how it went. The browser's own dialog keeps the focus inside and gives it back. A question may first
     * hear from the server what it is about: then it is made of that, and one without a yes only tells.
     */
    function Dialog({ question: asked, onClose, run, read }) {
      const box = useRef(null)
      const [question, setQuestion] = useState(asked.before ? { title: asked.title } : asked)
      const [values, setValues] = useState(() => firstValues(asked))
      const [state, setState] = useState({ step: asked.before ? 'before' : 'ask' })
      useEffect(() => {
        box.current.showModal()
        if (!asked.before) return
        read(...asked.before)
          .then(asked.make)
          .then(made => {
            setQuestion(made)
            setValues(firstValues(made))
            setState({ step: 'ask' })
          })
          .catch(e => setState({ step: 'failed', problem: e.message }))
      }, [])
      // Nothing is left to be said yes to.
      const ends = ['done', 'failed'].includes(state.step) || (state.step === 'ask' && !question.yes)
      const last = useRef(null)
      useEffect(() => {
        if (ends) last.current.focus()
      }, [ends])
      const submit = async event => {
        event.preventDefault()
        if (ends) return onClose()
        setState({ step: 'busy' })
        try {
          const [mbean, operation, args] = question.act(values)
          const value = await run(mbean, operation, args)
          setState({ step: 'done', text: question.said ? question.said(value) : String(value) })
        } catch (e) {
          setState({ step: 'ask', problem: e.message })
        }
      }
      return h(
        'dialog',
        // What is being done cannot be called back, and its outcome is wanted.
        { ref: box, className: 'vr-dialog', 'aria-labelledby': 'vr-question', onClose, onCancel: event => (state.step === 'busy' ? event.preventDefault() : onClose()) },
        h(
          'form',
          { onSubmit: submit },
          h('h2', { id: 'vr-question' }, question.title),
          state.step === 'done'
            ? h('p', { role: 'status', className: 'vr-outcome' }, state.text)
            : h(
                React.Fragment,
                null,
                // What is told of late is read out when it comes.
                h('div', { role: asked.before ? 'status' : undefined }, state.step === 'before' && h('p', null, 'Looking…'), question.text && h('p', null, question.text), rows(question.points).length > 0 && h('ul', { className: 'vr-points' }, question.points.map(point => h('li', { key: point }, point)))),
                (question.fields || []).map((field, i) =>
                  h(
                    'p',
                    { key: field.name, className: 'vr-field' },
                    h('label', { htmlFor: 'vr-f-' + field.name }, field.label),
                    field.options
                      ? h(
                          'select',
                          { id: 'vr-f-' + field.name, value: values[field.name], onChange: e => setValues({ ...values, [field.name]: e.target.value }) },
                          field.options.map(o => h('option', { key: o[0], value: o[0] }, o[1]))
                        )
                      : h('input', {
                          id: 'vr-f-' + field.name,
                          type: field.type || 'text',
                          required: !field.optional,
                          autoFocus: !!asked.before && i === 0,
                          autoComplete: 'off',
                          value: values[field.name],
                          'aria-describedby': field.hint ? 'vr-h-' + field.name : undefined,
                          onChange: e => setValues({ ...values, [field.name]: e.target.value }),
                        }),
                    field.hint && h('small', { id: 'vr-h-' + field.name, className: 'vr-faint' }, field.hint)
                  )
                ),
                state.problem && h('p', { role: 'alert', className: 'vr-problem' }, state.problem)
              ),
          h(
            'p',
            { className: 'vr-choices' },
            !ends && h('button', { type: 'button', className: 'vr-button', disabled: state.step === 'busy', onClick: onClose }, 'Cancel'),
            state.step !== 'before' &&
              h(
                'button',
                { ref: last, type: 'submit', className: 'vr-button ' + (question.danger && !ends ? 'vr-danger' : 'vr-primary'), disabled: state.step === 'busy' },
                ends ? 'Close' : state.step === 'busy' ? 'Working…' : question.yes
              )
          )
        )
      )
    }

    const REASON = 'Stands on the trail. Name no patient.'

    /** A dialog that shows much: what was said of it, its parts, and the buttons at its end. */
    function Wide({ id, title, said, onClose, children, actions }) {
      const box = useRef(null)
      const heading = useRef(null)
      useEffect(() => {
        box.current.showModal()
      }, [])
      // The keyboard goes on from here when it shows something else, or a step was taken and its button is gone.
      useEffect(() => {
        heading.current.focus()
      }, [title])
      useEffect(() => {
        if (said && !said.bad) heading.current.focus()
      }, [said])
      return h(
        'dialog',
        { ref: box, className: 'vr-dialog vr-wide', 'aria-labelledby': id, onClose, onCancel: onClose },
        h('h2', { id, ref: heading, tabIndex: -1 }, title),
        said && h('p', { role: said.bad ? 'alert' : 'status', className: said.bad ? 'vr-problem' : 'vr-outcome' }, said.text),
        children,
        h('p', { className: 'vr-choices' }, actions, h('button', { type: 'button', className: 'vr-button vr-primary', onClick: onClose }, 'Close'))
      )
    }

    /** A button of a dialog; without the role for it, it says why it does nothing. */
    const Step = ({ label, about, may, danger, onClick }) =>
      h(
        'button',
        { type: 'button', className: 'vr-button' + (danger ? ' vr-danger' : ''), 'aria-disabled': !may || undefined, title: may ? undefined : NEEDS_ROLE, 'aria-label': label + ': ' + about, onClick: () => may && onClick() },
        label
      )

    /** Asks within a dialog for the words without which a step is not taken. */
    function Words({ label, hint, yes, danger, value, optional, onSay }) {
      const [text, setText] = useState(value || '')
      const [busy, setBusy] = useState(false)
      const say = async event => {
        event.preventDefault()
        setBusy(true)
        await onSay(text)
        setBusy(false)
      }
      return h(
        'form',
        { onSubmit: say, className: 'vr-inline' },
        h('label', { htmlFor: 'vr-words' }, label),
        h('input', { id: 'vr-words', required: !optional, autoFocus: true, autoComplete: 'off', value: text, onChange: e => setText(e.target.value), 'aria-describedby': 'vr-words-hint' }),
        h('button', { type: 'submit', disabled: busy, className: 'vr-button ' + (danger ? 'vr-danger' : 'vr-primary') }, busy ? 'Working…' : yes),
        h('small', { id: 'vr-words-hint', className: 'vr-faint' }, hint)
      )
    }

    /** What was chosen in a dialog, what came of it, and how to take a step, after which it looks anew. */
    function useSteps(run, mbean, load) {
      const [chosen, setChosen] = useState(null)
      const [said, setSaid] = useState(null)
      return {
        chosen,
        said,
        setSaid,
        choose: step => {
          setChosen(step)
          setSaid(null)
        },
        take: async (operation, args) => {
          try {
            setSaid({ text: await run(mbean, operation, args) })
            setChosen(null)
            load()
          } catch (e) {
            setSaid({ bad: true, text: e.message })
          }
        },
      }
    }

    /** Names and values of one thing; what is not known is left out. */
    const Facts = ({ list }) =>
      h(
        'dl',
        { className: 'vr-facts' },
        list.filter(([, value]) => value || value === 0).map(([name, value]) => h(React.Fragment, { key: name }, h('dt', null, name), h('dd', null, value)))
      )

    const History = ({ list }) =>
      list.length > 0 &&
      h(
        React.Fragment,
        null,
        h('h3', null, 'What people did'),
        h('ul', { className: 'vr-evidence' }, list.map((e, i) => h('li', { key: i }, h('strong', null, e.action.replace(/^(task|answer)-/, '')), e.detail ? ' – ' + e.detail : '', h('span', { className: 'vr-faint' }, ' ', e.who, ', ', h(Time, { at: e.at })))))
      )

    /** Says that a list is not all, and how more of it is to be had. */
    const More = ({ limit, onMore, command }) =>
      h(
        'p',
        { className: 'vr-faint' },
        'The first ' + number(limit) + ', by their numbers; there may be more. ',
        limit < MOST ? h('button', { type: 'button', className: 'vr-button', onClick: () => onMore(Math.min(limit * 2, MOST)) }, 'Show more') : 'All of them: ' + command + '.'
      )

    const RecordLink = ({ id, steward, base }) => (steward ? h('a', { href: base + '/vaxroute/records/' + id, target: '_blank', rel: 'noopener' }, id) : h(React.Fragment, null, id))

    /** The held records of one rule, each to be released or dropped. */
    function HeldDialog({ bean, count, onClose, run, mayAct, steward, base }) {
      const [list, setList] = useState(null)
      const [limit, setLimit] = useState(SOME)
      const load = () =>
        run(bean.mbean, 'list(java.lang.String,java.lang.String,java.lang.String,long,int)', [count.connection, '', count.rule, 0, limit])
          .then(setList)
          .catch(e => steps.setSaid({ bad: true, text: e.message }))
      const steps = useSteps(run, bean.mbean, load)
      const chosen = steps.chosen
      useEffect(() => {
        load()
      }, [limit])
      const checkAgain = async () => {
        if (!mayAct) return
        try {
          const job = await run(bean.mbean, 'begin(java.lang.String,java.lang.String,java.lang.String,java.lang.String,java.lang.String)', ['recheck', count.connection, '', count.rule, ''])
          steps.setSaid({ text: 'All of them are checked again, as job ' + job + '. What passes now goes; see jobs, at the end of the page.' })
        } catch (e) {
          steps.setSaid({ bad: true, text: e.message })
        }
      }
      return h(
        Wide,
        {
          id: 'vr-held-title',
          title: 'Held by ' + count.rule,
          said: steps.said,
          onClose,
          actions: h('button', { type: 'button', className: 'vr-button', 'aria-disabled': !mayAct || undefined, title: mayAct ? undefined : NEEDS_ROLE, onClick: checkAgain }, 'Check all again'),
        },
        count.reason && h('p', null, h('strong', null, count.reason), ' ', count.remedy),
        h('p', { className: 'vr-faint' }, 'The best remedy is a corrected record from the EHR, which comes by itself. When a rule, table or transform was mended, check all again. To overrule, release; to leave out for good, drop.'),
        list &&
          h(
            Table,
            { label: 'Held records', columns: ['record', 'source', num('doses'), 'held since', ''], empty: 'Nothing is held by this rule any more.' },
            list.map(record =>
              h(
                'tr',
                { key: record.id },
                h('th', { scope: 'row' }, h(RecordLink, { id: record.id, steward, base })),
                h('td', null, record.source),
                h(Num, { value: record.doses }),
                h('td', null, h(Time, { at: record.since })),
                h(
                  'td',
                  { className: 'vr-actions' },
                  ['release', 'drop'].map(operation =>
                    h(
                      'button',
                      {
                        key: operation,
                        type: 'button',
                        className: 'vr-button' + (operation === 'drop' ? ' vr-danger' : ''),
                        'aria-disabled': !mayAct || undefined,
                        title: mayAct ? undefined : NEEDS_ROLE,
                        'aria-label': operation + ' record ' + record.id,
                        onClick: () => mayAct && steps.choose({ operation, id: record.id }),
                      },
                      operation === 'drop' ? 'Drop' : 'Release'
                    )
                  )
                )
              )
            )
          ),
        list && list.length >= limit && h(More, { limit, onMore: setLimit, command: 'vaxroute held list' }),
        chosen &&
          h(Words, {
            key: chosen.operation + chosen.id,
            label: (chosen.operation === 'drop' ? 'Why drop record ' : 'Why release record ') + chosen.id + '?',
            hint: REASON,
            yes: chosen.operation === 'drop' ? 'Drop' : 'Release',
            danger: chosen.operation === 'drop',
            onSay: why => steps.take(chosen.operation + '(long,java.lang.String)', [chosen.id, why]),
          })
      )
    }

    /** One answer of a registry: what was not understood in it, to be put aside or read again. */
    function AnswerDialog({ bean, answer, onClose, run, read, mayAct }) {
      const name = answer.connection + '/' + answer.answer
      const [shown, setShown] = useState(null)
      const load = () =>
        read(bean.mbean, 'show(java.lang.String)', [name])
          .then(setShown)
          .catch(e => steps.setSaid({ bad: true, text: e.message }))
      const steps = useSteps(run, bean.mbean, load)
      useEffect(() => {
        load()
      }, [])
      const lines = rows(shown && shown.lines)
      const unread = shown && shown.state === 'UNREADABLE'
      const place = 'work/answers/' + name
      return h(
        Wide,
        {
          id: 'vr-answer-title',
          title: 'Answer ' + answer.answer,
          said: steps.said,
          onClose,
          actions: shown && [
            ['UNREADABLE', 'DISMISSED'].includes(shown.state) && h(Step, { label: 'Read again', about: name, key: 'again', may: mayAct, onClick: () => steps.take('again(java.lang.String)', [name]) }),
            (unread || lines.length > 0) && h(Step, { label: 'Dismiss…', about: name, key: 'dismiss', may: mayAct, danger: true, onClick: () => steps.choose('dismiss') }),
          ],
        },
        !shown && !steps.said && h('p', { role: 'status' }, 'Looking…'),
        shown &&
          h(Facts, {
            list: [
              ['state', h(Chip, { kind: (ANSWER_WORDS[shown.state] || [])[1] }, (ANSWER_WORDS[shown.state] || [shown.state])[0])],
              ['why', shown.failedWhy],
              ['connection', shown.connection],
              ['fetched', h(Time, { at: shown.fetchedAt })],
              ['form', shown.format],
              ['says', shown.state === 'READ' && answerSays(shown)],
              ['our copy', place],
            ],
          }),
        unread && h('p', { className: 'vr-faint' }, 'Read it yourself, and do what it asks; then dismiss it. When a form or a heading was added for it, have it read again. Until then no silence of its connection is taken for consent.'),
        lines.length > 0 &&
          h(
            React.Fragment,
            null,
            h('h3', null, lines.length + (lines.length < 100 ? '' : ' or more') + (lines.length === 1 ? ' line was not matched' : ' lines were not matched')),
            h('p', { className: 'vr-faint' }, "Another program's? Then dismiss them; they stay in the ledger. Read them in our copy first, since the registry may have refused a dose there. Until then no silence of its connection is taken for consent."),
            h(
              Table,
              { label: 'Lines that were not matched', columns: [num('line'), 'speaks of', 'code', 'says'] },
              lines.map(line => h('tr', { key: line.line + line.why }, h(Num, { value: line.line }), h('td', null, line.why), h('td', null, line.code || '–'), h('td', null, line.outcome)))
            )
          ),
        shown && h(History, { list: rows(shown.history) }),
        steps.chosen &&
          h(Words, {
            label: unread ? 'Why dismiss this answer?' : 'Why dismiss these lines?',
            hint: REASON,
            yes: 'Dismiss',
            danger: true,
            onSay: why => steps.take('dismiss(java.lang.String,java.lang.String)', [name, why]),
          })
      )
    }

    const STATES = ['open', 'asleep', 'filed', 'closed'].map(state => [state, state])

    /** The tasks of one cause, or all, and each of them with what can be done with it. */
    function TasksDialog({ bean, count, onClose, run, read, mayAct, steward, base, user }) {
      const [state, setState] = useState('open')
      const [limit, setLimit] = useState(SOME)
      const [list, setList] = useState(null)
      const [task, setTask] = useState(null)
      const fail = e => steps.setSaid({ bad: true, text: e.message })
      const show = id => read(bean.mbean, 'show(long)', [id]).then(setTask).catch(fail)
      const load = () =>
        read(bean.mbean, 'list(java.lang.String,java.lang.String,java.lang.String,java.lang.String,java.lang.String,java.lang.String,long,int)', [count.connection || '', state, '', count.code || '', '', '', 0, limit])
          .then(setList)
          .catch(fail)
      const steps = useSteps(run, bean.mbean, () => show(task.id))
      const chosen = steps.chosen
      // What was done with a task may take it out of the list.
      useEffect(() => {
        if (!task) load()
      }, [state, limit, !task])
      const about = task && 'task ' + task.id
      const closed = task && task.state === 'CLOSED'
      const step = (label, operation, words, danger) => h(Step, { key: operation, label, about, may: mayAct, danger, onClick: () => steps.choose({ operation, ...words, danger }) })
      const open = id => {
        steps.choose(null)
        show(id)
      }
      const back = () => {
        steps.choose(null)
        setTask(null)
      }
      return h(
        Wide,
        {
          id: 'vr-tasks-title',
          title: task ? 'Task ' + task.id : count.code ? 'Tasks of ' + count.code : 'Tasks',
          said: steps.said,
          onClose,
          actions: task && [
            h('button', { key: 'back', type: 'button', className: 'vr-button', onClick: back }, 'Back to the list'),
            !closed && step('Give…', 'assign(long,java.lang.String)', { ask: 'Who sees to task ' + task.id + '?', value: task.assignee || user, optional: true, hint: 'Empty gives it back. Stands on the trail.', yes: 'Give' }),
            step('Comment…', 'comment(long,java.lang.String)', { ask: 'Comment to task ' + task.id, hint: REASON, yes: 'Comment' }),
            task.state !== 'OPEN' && step('Open again…', 'reopen(long,java.lang.String)', { ask: 'Why open task ' + task.id + ' again?', hint: REASON, yes: 'Open again' }),
            !closed && step('Close task…', 'close(long,java.lang.String)', { ask: 'Why close task ' + task.id + '?', hint: 'It closes by itself when the registry accepts the corrected record. ' + REASON, yes: 'Close task' }, true),
          ],
        },
        task ? h(TaskFacts, { task, steward, base }) : [
          count.meaning && h('p', { key: 'meaning' }, h('strong', null, count.meaning)),
          h('p', { key: 'state' }, h('label', { htmlFor: 'vr-tasks-state' }, 'Those that are '), h('select', { id: 'vr-tasks-state', className: 'vr-choice', value: state, onChange: e => setState(e.target.value) }, STATES.map(o => h('option', { key: o[0], value: o[0] }, o[1])))),
          list &&
            h(
              Table,
              { key: 'list', label: 'Tasks', columns: ['task', 'code', 'class', 'about', num('doses'), num('said'), 'since', 'assignee', ''], empty: 'None is ' + state + '.', wrap: true },
              list.map(t =>
                h(
                  'tr',
                  { key: t.id },
                  h('th', { scope: 'row' }, t.id),
                  h('td', null, t.cause),
                  h('td', null, t.class),
                  h('td', null, t.about === 'FILE' ? 'file ' + t.file : ['record ', h(RecordLink, { key: 'link', id: t.record, steward, base })]),
                  h(Num, { value: t.doses }),
                  h(Num, { value: t.said }),
                  h('td', null, h(Time, { at: t.since })),
                  h('td', null, t.assignee || h('span', { className: 'vr-faint' }, '–')),
                  h('td', { className: 'vr-actions' }, h(Step, { label: 'Look…', about: 'task ' + t.id, may: true, onClick: () => open(t.id) }))
                )
              )
            ),
          list && list.length >= limit && h(More, { key: 'more', limit, onMore: setLimit, command: 'vaxroute tasks' }),
        ],
        chosen && h(Words, { key: chosen.operation, label: chosen.ask, hint: chosen.hint, yes: chosen.yes, danger: chosen.danger, value: chosen.value, optional: chosen.optional, onSay: words => steps.take(chosen.operation, [task.id, words]) })
      )
    }

    const TaskFacts = ({ task, steward, base }) =>
      h(
        React.Fragment,
        null,
        h(Facts, {
          list: [
            ['state', h(React.Fragment, null, h(Chip, { kind: { OPEN: 'warn', CLOSED: 'good' }[task.state] }, task.state.toLowerCase()), ' ', task.class)],
            ['code', task.cause],
            ['meaning', task.meaning],
            ['what to do', task.remedy],
            ['where', task.location],
            ['connection', task.connection + ' ' + task.stage.toLowerCase()],
            ['site', task.site],
            ['record', task.record && h(RecordLink, { id: task.record, steward, base })],
            ['file', task.file],
            ['doses', rows(task.doses).map(d => d.dose + ' of record ' + d.record + ', CVX ' + d.cvx).join('; ')],
            ['said by', task.answer + ' line ' + task.line],
            ['how often', h(React.Fragment, null, number(task.said), ', first ', h(Time, { at: task.since }), ', last ', h(Time, { at: task.lastSaid }))],
            ['assignee', task.assignee],
            ['closed', task.closedAt && h(React.Fragment, null, h(Time, { at: task.closedAt }), ': ', task.closedWhy)],
          ],
        }),
        h(History, { list: rows(task.history) })
      )

    // ---------------------------------------------------------------- parts of the page

    function Alarms({ all }) {
      const page = useContext(Page)
      const open = known(one(all, 'Alarms').Open)
      // An old picture cannot say that all is well, nor can one without them.
      if (!open || (!open.length && page.stale)) return null
      if (!open.length) {
        return h('p', { className: 'vr-calm', role: 'status' }, h('span', { 'aria-hidden': true }, '✓ '), 'No alarm is open.')
      }
      return h(
        'section',
        { className: 'vr-alarms', 'aria-labelledby': page.id('alarms') },
        h('h2', { id: page.id('alarms') }, open.length === 1 ? '1 alarm is open' : open.length + ' alarms are open'),
        h(
          'ul',
          null,
          open.map(alarm =>
            h('li', { key: alarm.kind + alarm.subject }, h('strong', null, alarm.kind.replace(/-/g, ' ')), ' ', h('span', { className: 'vr-faint' }, alarm.subject, ', ', h(Time, { at: alarm.raisedAt })), h('div', null, alarm.detail))
          )
        )
      )
    }

    function Gate({ bean, files }) {
      const state = known(bean.State) || ''
      const suspended = state === 'SUSPENDED'
      const reached = STEPS.indexOf(state)
      const ask1 = (label, question, more) => h(Act, Object.assign({ label, about: bean.name, question }, more))
      const reasonField = [{ name: 'why', label: 'Why', hint: 'Stands on the trail. Name no patient.' }]
      const attestable = files.filter(f => f.connection === bean.name && ['SENT', 'ANSWERED'].includes(f.state))
      const attest =
        attestable.length > 0 &&
        ['TESTING', 'REVIEW_REQUESTED', 'APPROVED'].includes(state) &&
        ask1('Attest…', {
          title: 'Attest a file of ' + bean.name,
          text: "Puts the registry's own word about a file on record.",
          fields: [
            { name: 'file', label: 'File', options: attestable.map(f => [f.name, f.name]), value: attestable[0].name },
            { name: 'clean', label: 'The registry found', options: [['true', 'no error in it'], ['false', 'errors in it']], value: 'true' },
            { name: 'reply', label: 'Its reply', hint: 'Such as date and sender of its email.' },
          ],
          act: v => [bean.mbean, 'attest(java.lang.String,boolean,java.lang.String)', [v.file, v.clean === 'true', v.reply]],
          yes: 'Attest',
        })
      const next = {
        REGISTERED: () => ask1('Begin testing', { title: 'Begin testing ' + bean.name + '?', text: 'The test feed may send then; nothing else can.', act: () => [bean.mbean, 'test()', []], yes: 'Begin' }, { primary: true }),
        TESTING: () => ask1('Request review', { title: 'Ask the registry to review?', text: bean.Progress, act: () => [bean.mbean, 'requestReview()', []], yes: 'Request review' }, { primary: true }),
        REVIEW_REQUESTED: () =>
          ask1('Approve…', {
            title: 'Record the Production email',
            text: 'The test feed locks, and one first production file may leave.',
            fields: [
              { name: 'date', label: 'Date of the email', type: 'date' },
              { name: 'sender', label: 'Sender' },
              { name: 'reference', label: 'Subject or message id' },
            ],
            act: v => [bean.mbean, 'approve(java.lang.String,java.lang.String,java.lang.String)', [v.date, v.sender, v.reference]],
            yes: 'Approve',
          }, { primary: true }),
        APPROVED: () => ask1('Go live', { title: 'Open the ongoing feed of ' + bean.name + '?', text: bean.NextStep, act: () => [bean.mbean, 'live()', []], yes: 'Go live' }, { primary: true }),
        SUSPENDED: () => ask1('Resume', { title: 'Resume ' + bean.name + '?', text: known(bean.Why), fields: reasonField, act: v => [bean.mbean, 'resume(java.lang.String)', [v.why]], yes: 'Resume' }, { primary: true }),
      }[state]
      return h(
        'div',
        { className: 'vr-gate' },
        h(
          'ol',
          { className: 'vr-steps', 'aria-label': 'Gate of ' + bean.name },
          STEPS.map((step, i) =>
            h('li', { key: step, className: suspended ? '' : i < reached ? 'vr-past' : i === reached ? 'vr-here' : '', 'aria-current': i === reached ? 'step' : undefined }, step.toLowerCase().replace('_', ' '))
          ),
          suspended && h('li', { className: 'vr-here vr-stopped', 'aria-current': 'step' }, 'suspended')
        ),
        h('p', null, known(bean.NextStep), ' ', h('span', { className: 'vr-faint' }, 'Last step ', h(Time, { at: bean.Since }), known(bean.Why) ? ': ' + bean.Why : '')),
        h(
          'div',
          { className: 'vr-row' },
          next && next(),
          attest,
          !suspended && state !== 'REGISTERED' && ask1('Suspend…', { title: 'Stop everything that leaves for ' + bean.name + '?', text: 'No file leaves until somebody resumes it.', fields: reasonField, act: v => [bean.mbean, 'suspend(java.lang.String)', [v.why]], yes: 'Suspend', danger: true }, { danger: true })
        ),
        rows(known(bean.Evidence)).length > 0 &&
          h(
            'details',
            null,
            h('summary', null, 'Evidence (' + bean.Evidence.length + ')'),
            h(
              'ul',
              { className: 'vr-evidence' },
              bean.Evidence.slice().reverse().map((e, i) => h('li', { key: i }, h('strong', null, e.kind.toLowerCase().replace(/_/g, ' ')), ' ', e.subject, e.detail ? ' – ' + e.detail : '', h('span', { className: 'vr-faint' }, ' ', e.who, ', ', h(Time, { at: e.at }))))
            )
          )
      )
    }

    function FeedRow({ bean, load, connection }) {
      const word = bean.name.split('.').pop()
      const paused = known(bean.Paused)
      const permission = known(bean.Permission)
      const state = paused ? h(Chip, { kind: 'warn', title: paused }, 'paused') : permission === 'open' ? h(Chip, { kind: 'good' }, 'open') : h(Chip, { kind: 'quiet', title: permission }, 'closed')
      return h(
        'tr',
        null,
        h('th', { scope: 'row' }, word),
        h('td', null, state),
        h(Num, { value: bean.Backlog }),
        h('td', null, h(Time, { at: bean.OldestWaiting })),
        h('td', null, known(bean.OldestUnsentDose) || h('span', { className: 'vr-faint' }, '–')),
        h('td', null, h(Time, { at: bean.LastRun }), known(bean.LastOutcome) ? h('span', { className: 'vr-faint' }, ' · ', bean.LastOutcome) : ''),
        h('td', null, h(Time, { at: bean.NextRun })),
        h(
          'td',
          { className: 'vr-actions' },
          word === 'ongoing' && permission === 'open' && h(Act, { label: 'Run now', about: bean.name, question: { title: 'Run the ongoing feed now?', text: number(bean.Backlog) + ' records wait for a file.', act: () => [bean.mbean, 'runNow()', []], yes: 'Run now' } }),
          word === 'historical' ? h(LoadActs, { load, connection }) : h(PauseAct, { bean, what: 'feed ' + bean.name, effect: 'No file of it is decided, and none that is decided leaves, until somebody resumes it.' })
        )
      )
    }

    function LoadActs({ load, connection }) {
      const state = known(load.State)
      const step = (label, operation, text) => h(Act, { label, about: 'historical load of ' + load.name, question: { title: label + ' the historical load?', text, fields: [{ name: 'why', label: 'Why', hint: 'Stands on the trail.' }], act: v => [load.mbean, operation + '(java.lang.String)', [v.why]], yes: label } })
      if (state === 'RUNNING') return step('Pause', 'pause', 'Reading and sending of history stop at once.')
      if (state === 'PAUSED') return step('Resume', 'resume', 'Reading and sending of history go on.')
      const plan = rows(known(load.Plans)).find(p => p.state === 'PLANNED')
      const agreed = rows(known(connection.Evidence)).some(e => e.kind === 'HISTORY_AGREEMENT')
      const agreement = {
        title: 'Record the agreement to the historical load of ' + load.name,
        text: "Without the registry's word no history may leave.",
        fields: [{ name: 'reference', label: 'Its word', hint: 'Such as date and sender of its email.' }],
        act: v => [connection.mbean, 'agreeHistory(java.lang.String)', [v.reference]],
        yes: 'Record',
      }
      return h(
        React.Fragment,
        null,
        ['NONE', 'PLANNED'].includes(state) && h(Act, { label: 'Plan', about: 'historical load of ' + load.name, question: { title: 'Count what a load would read?', text: 'Reads the sources whole; stores and sends nothing of them. It goes on below, under jobs.', act: () => [load.mbean, 'plan()', []], said: id => 'Begun as job ' + id + '; see jobs below.', yes: 'Plan' } }),
        plan && !agreed && h(Act, { label: 'Agreed…', about: 'historical load of ' + load.name, question: agreement }),
        plan && h(Act, { label: 'Start', about: 'historical load of ' + load.name, question: { title: 'Start plan ' + plan.plan + '?', text: number(plan.records) + ' records in ' + number(plan.files) + ' files over ' + number(plan.days) + ' days. The ongoing feed goes first.', act: () => [load.mbean, 'start(long)', [plan.plan]], yes: 'Start' } })
      )
    }

    /** The share of answered messages that the registry took, by the day on which they were sent. */
    function Curve({ days, name }) {
      const list = rows(known(days)).filter(d => d.answered > 0)
      if (!list.length) return h('p', { className: 'vr-faint vr-empty' }, 'Nothing was answered in the last 30 days.')
      const [W, H, L, B, T] = [640, 150, 44, 22, 12]
      const share = d => (d.answered - d.rejected) / d.answered
      const low = Math.min(0.9, Math.floor(Math.min(...list.map(share)) * 10) / 10)
      const x = i => L + (list.length === 1 ? (W - L) / 2 : (i * (W - L - 12)) / (list.length - 1))
      const y = s => T + (1 - (s - low) / (1 - low)) * (H - T - B)
      const most = Math.max(...list.map(d => d.sent))
      const total = list.reduce((a, d) => ({ answered: a.answered + d.answered, rejected: a.rejected + d.rejected }), { answered: 0, rejected: 0 })
      const percent = s => (s * 100).toFixed(s > 0.999 && s < 1 ? 2 : 1) + ' %'
      const label = percent(share(total)) + ' of ' + total.answered.toLocaleString() + ' answered messages were accepted in the last 30 days'
      const bar = Math.max(3, Math.min(22, (W - L) / list.length - 4))
      return h(
        'figure',
        { className: 'vr-curve' },
        h('figcaption', null, h('strong', null, percent(share(total))), ' accepted of ', total.answered.toLocaleString(), ' answered in 30 days'),
        h(
          'svg',
          { viewBox: '0 0 ' + W + ' ' + H, role: 'img', 'aria-label': 'Acceptance of ' + name + ': ' + label },
          [1, (1 + low) / 2, low].map(s => h('g', { key: s }, h('line', { x1: L, x2: W, y1: y(s), y2: y(s), className: 'vr-grid' }), h('text', { x: L - 6, y: y(s) + 4, textAnchor: 'end' }, (s * 100).toFixed(0) + ' %'))),
          list.map((d, i) => h('rect', { key: d.day, x: x(i) - bar / 2, width: bar, y: H - B - (d.sent / most) * (H - T - B) * 0.45, height: (d.sent / most) * (H - T - B) * 0.45, className: 'vr-bar', rx: 2 }, h('title', null, d.day + ': ' + d.sent.toLocaleString() + ' sent, ' + d.answered.toLocaleString() + ' answered, ' + d.rejected.toLocaleString() + ' rejected, ' + d.warned.toLocaleString() + ' with a warning'))),
          list.length > 1 && h('polyline', { points: list.map((d, i) => x(i) + ',' + y(share(d))).join(' '), className: 'vr-line' }),
          list.map((d, i) => h('circle', { key: d.day, cx: x(i), cy: y(share(d)), r: 3.5, className: 'vr-dot' }, h('title', null, d.day + ': ' + percent(share(d)) + ' accepted'))),
          h('text', { x: x(0), y: H - 5, textAnchor: list.length === 1 ? 'middle' : 'start' }, list[0].day),
          list.length > 1 && h('text', { x: x(list.length - 1), y: H - 5, textAnchor: 'end' }, list[list.length - 1].day)
        )
      )
    }

    function Connection({ bean, all }) {
      const delivery = of(all, 'Delivery', bean.name)[0] || {}
      const load = of(all, 'HistoricalLoad', bean.name)[0] || {}
      const order = ['test', 'ongoing', 'historical']
      const feeds = of(all, 'Feed', bean.name).sort((a, b) => order.indexOf(a.name.split('.').pop()) - order.indexOf(b.name.split('.').pop()))
      const paused = known(delivery.Paused)
      return h(
        Section,
        { id: 'c-' + bean.name, title: 'Connection ' + bean.name },
        h(Gate, { bean, files: rows(known(one(all, 'Files').Latest)) }),
        h('h3', null, 'Feeds'),
        h(Table, { label: 'Feeds of ' + bean.name, columns: ['feed', 'gate', num('backlog'), 'oldest waits', 'oldest unsent dose', 'last run', 'next run', ''] }, feeds.map(f => h(FeedRow, { key: f.name, bean: f, load, connection: bean }))),
        h('h3', null, 'Delivery'),
        delivery.mbean &&
          h(
            'div',
            { className: 'vr-row' },
            paused ? h(Chip, { kind: 'warn', title: paused }, 'paused') : known(delivery.LastError) ? h(Chip, { kind: 'bad' }, 'failing') : h(Chip, { kind: 'good' }, 'ready'),
            h('span', null, delivery.Kind, delivery.Server ? ' ' + delivery.Server : ''),
            h('span', null, number(delivery.Waiting), delivery.Waiting === 1 ? ' file waits' : ' files wait'),
            h('span', null, 'last sent ', h(Time, { at: delivery.LastSent })),
            known(delivery.NextAttempt) && h('span', null, 'next attempt ', h(Time, { at: delivery.NextAttempt })),
            h('span', { className: 'vr-actions' }, h(PauseAct, { bean: delivery, what: 'delivery ' + bean.name, effect: 'No file leaves with this account until somebody resumes it. A file that is being sent is finished; answers are fetched all the same.' }))
          ),
        (paused || known(delivery.LastError)) && h('p', { className: 'vr-problem' }, paused || delivery.LastError),
        h('h3', null, 'Acceptance'),
        h(Curve, { days: bean.Acceptance, name: bean.name })
      )
    }

    function Sources({ all }) {
      return h(
        Section,
        { id: 'sources', title: 'Sources', note: 'counted since the beginning' },
        h(
          Table,
          { label: 'Sources', columns: ['source', 'kind', 'feed', 'state', num('per hour'), 'last record', num('read'), num('passed'), num('held at first'), num('duplicates'), ''], empty: 'No source is set.' },
          (all.Source || []).map(s =>
            h(
              'tr',
              { key: s.mbean },
              h('th', { scope: 'row' }, s.name),
              h('td', null, s.Kind),
              h('td', null, s.Feed),
              h('td', null, known(s.Paused) ? h(Chip, { kind: 'warn', title: s.Paused }, 'paused') : known(s.Waits) ? h(Chip, { kind: 'quiet', title: s.Waits }, 'waits its turn') : h(Chip, { kind: 'good' }, 'taken')),
              h('td', { className: 'vr-number' }, s.PerHour >= 0 ? number(s.PerHour) : h('span', { className: 'vr-faint', title: 'Known after a minute.' }, '–')),
              h('td', null, h(Time, { at: s.LastRecord, none: 'none yet' })),
              h(Num, { value: s.Read - s.Repeated }),
              h(Num, { value: s.Ready }),
              h(Num, { value: s.Held }),
              h(Num, { value: s.Duplicates }),
              h('td', { className: 'vr-actions' }, h(PauseAct, { bean: s, what: 'source ' + s.name, effect: { file: 'Files stay in their drop folder.', jdbc: 'The query is not run.', mllp: 'Its senders get AE and keep their messages.', kafka: 'Its records wait in the topic; the other sources are read on.' }[s.Kind] }))
            )
          )
        )
      )
    }

    const NODE_KINDS = { RUNNING: 'good', DRAINING: 'warn', DRAINED: 'warn', STOPPED: 'quiet', GONE: 'bad' }

    /** Who works on this ledger. One alone that takes work is no news. */
    function Nodes({ all }) {
      const bean = one(all, 'Nodes')
      const list = rows(known(bean.Nodes))
      if (list.length < 2 && !list.some(node => node.drained)) return null
      return h(
        Section,
        { id: 'nodes', title: 'Nodes', note: 'This page is told by ' + bean.Node },
        h(
          Table,
          { label: 'Nodes', columns: ['node', 'state', 'version', 'where', 'started', 'last seen', 'at work on', ''] },
          list.map(node => {
            const question = {
              title: (node.drained ? 'Let node ' + node.name + ' take work again?' : 'Drain node ' + node.name + '?'),
              text: node.drained ? 'It is ' + node.drained : 'It finishes what it has, closes its MLLP listener and takes no more work, over restarts too, until somebody undrains it.',
              fields: [{ name: 'why', label: 'Why', hint: 'Stands on the trail. Name no patient.' }],
              act: v => [bean.mbean, (node.drained ? 'undrain' : 'drain') + '(java.lang.String,java.lang.String)', [node.name, v.why]],
              yes: node.drained ? 'Undrain' : 'Drain',
            }
            return h(
              'tr',
              { key: node.name },
              h('th', { scope: 'row' }, node.name),
              h('td', null, h(Chip, { kind: NODE_KINDS[node.state], title: node.drained || undefined }, node.state.toLowerCase())),
              h('td', null, node.version),
              h('td', { className: 'vr-faint' }, node.place),
              h('td', null, h(Time, { at: node.startedAt })),
              h('td', null, h(Time, { at: node.seenAt })),
              h('td', { className: 'vr-faint', title: node.leases.join('\n') }, node.leases.slice(0, 3).join(', ') + (node.leases.length > 3 ? ' and ' + (node.leases.length - 3) + ' more' : '')),
              h('td', { className: 'vr-actions' }, h(Act, { label: question.yes, about: 'node ' + node.name, question }))
            )
          })
        )
      )
    }

    function Files({ all }) {
      const page = useContext(Page)
      const bean = one(all, 'Files')
      const counts = known(bean.Counts) || {}
      const note = Object.keys(counts).filter(state => counts[state] > 0).map(state => number(counts[state]) + ' ' + (FILE_WORDS[state] || [state])[0]).join(', ')
      const [only, setOnly] = useState('')
      const told = useTold(only ? [bean.mbean, 'list(java.lang.String,int)', [only, FILES]] : null)
      const list = rows(only ? told.value : known(bean.Latest))
      const byHand = f => of(all, 'Delivery', f.connection).some(d => d.Kind === 'folder')
      const unsure = (f, operation, label, text, danger) => h(Act, { label, about: f.name, danger, question: { title: label + ' ' + f.name + '?', text, fields: [{ name: 'why', label: 'How you know', hint: "Such as the registry's reply." }], act: v => [bean.mbean, operation + '(java.lang.String,java.lang.String)', [f.connection + '/' + f.name, v.why]], yes: label, danger } })
      return h(
        Section,
        { id: 'files', title: 'Submission files', note, actions: h(Choice, { id: page.id('files-only'), label: 'Which files', options: FILE_CHOICES, value: only, onChange: setOnly }) },
        told.problem && h('p', { role: 'alert', className: 'vr-problem' }, told.problem),
        h(
          Table,
          { label: 'Submission files', columns: ['file', 'feed', 'state', num('messages'), num('doses'), 'built', 'sent', 'answered', 'next attempt', ''], empty: !only ? 'No file was built yet.' : told.value ? 'Every file that was sent is answered.' : 'Looking…' },
          list.map(f =>
            h(
              React.Fragment,
              { key: f.connection + f.name + f.generation },
              h(
                'tr',
                null,
                h('th', { scope: 'row' }, f.name, (all.Connection || []).length > 1 && h('span', { className: 'vr-faint' }, ' ', f.connection)),
                h('td', null, f.feed.toLowerCase()),
                h('td', null, h(Chip, { kind: (FILE_WORDS[f.state] || [])[1] }, (FILE_WORDS[f.state] || [f.state])[0])),
                h(Num, { value: f.messages }),
                h(Num, { value: f.doses }),
                h('td', null, h(Time, { at: f.builtAt })),
                h('td', null, h(Time, { at: f.sentAt })),
                h('td', null, h(Time, { at: f.answeredAt })),
                h('td', null, f.sentAt ? '' : h(Time, { at: f.nextAttempt })),
                h(
                  'td',
                  { className: 'vr-actions' },
                  f.state === 'UPLOADED' &&
                    byHand(f) &&
                    h(Act, { label: 'Uploaded…', about: f.name, primary: true, question: { title: 'Was ' + f.name + ' uploaded?', text: "Only when you uploaded it in the registry's pages. It counts as sent from now on.", act: () => [bean.mbean, 'uploaded(java.lang.String,java.lang.String,java.lang.String)', [f.connection + '/' + f.name, '', '']], yes: 'It was uploaded' } }),
                  f.state === 'UNSURE' && unsure(f, 'arrived', 'It arrived', 'Only when the registry says so. It counts as sent then.'),
                  AWAY.includes(f.state) && h(Act, { label: 'Send again…', about: f.name, question: sendAgain(all, bean, f) }),
                  f.state === 'UNSURE' && unsure(f, 'withdraw', 'Withdraw', 'Only when the registry does not have it. Its records are dropped.', true)
                )
              ),
              f.lastError && !f.sentAt && f.state !== 'WITHDRAWN' && h('tr', { className: 'vr-why' }, h('td', { colSpan: 10 }, f.lastError))
            )
          )
        ),
        only && list.length >= FILES && h('p', { className: 'vr-faint' }, 'The first ' + number(FILES) + ', oldest first; there may be more. All of them: vaxroute files --state ' + only + ' --limit N.')
      )
    }

    /** Asks what sending a file again would do before it asks whether to. */
    function sendAgain(all, files, f) {
      const answers = one(all, 'Answers')
      const name = f.connection + '/' + f.name
      const why = { name: 'why', label: 'Why', hint: 'Stands on the trail. Name no patient.' }
      const withdraw = told => ({
        title: 'Withdraw ' + f.name + ' instead?',
        text: told.not,
        points: [many(told.messages - told.answered, 'record is', 'records are') + ' dropped' + (told.answered ? '; what the registry said of the other ' + number(told.answered) + ' stands.' : '.')],
        fields: [why],
        act: v => [files.mbean, 'withdraw(java.lang.String,java.lang.String)', [name, v.why]],
        yes: 'Withdraw',
        danger: true,
      })
      const resend = told => ({
        title: 'Send ' + f.name + ' again?',
        text: 'Only when the registry refused it as a whole, or says that it does not have it. Otherwise all that is in it comes to the registry twice.',
        points: [
          told.said.length ? 'The registry said of it as a whole: ' + told.said.join(', ') + '. See its task, and mend that first.' : 'The registry has said nothing against it as a whole.',
          rows(known(answers.NotUnderstood)).some(a => a.connection === f.connection) && 'Answers of ' + f.connection + ' were not understood, and one of them may be the answer to this file. Read them first; see answers.',
          told.answered > 0 && 'The registry has answered ' + number(told.answered) + ' of its ' + many(told.messages, 'record', 'records') + '. What it said of them stands; they go again with the others.',
          many(told.messages, 'record', 'records') + ' with ' + many(told.doses, 'dose', 'doses') + (told.messages === 1 ? ' goes' : ' go') + ' again, with the next run of the ' + told.feed.toLowerCase() + ' feed, under a new name that refers to this one. None is left out: nothing newer that they would undo has left.',
          f.name + ' counts as refused then, which cannot be taken back.',
        ].filter(Boolean),
        fields: [told.wordNeeded && { name: 'told', label: 'Its word that it may be sent again', hint: 'It failed on its own side, so it must say so first. Such as date and sender of its email.' }, why].filter(Boolean),
        act: v => [answers.mbean, 'resend(java.lang.String,java.lang.String,java.lang.String)', [name, v.told || '', v.why]],
        yes: 'Send again',
        danger: true,
      })
      return {
        title: 'Send ' + f.name + ' again?',
        before: [answers.mbean, 'outlook(java.lang.String)', [name]],
        make: told => (told.overtaken ? withdraw(told) : told.not ? { title: f.name + ' is not sent again', text: told.not } : resend(told)),
      }
    }

    /** What registries sent back that was not understood; what was, is in tasks and in the acceptance. */
    function Answers({ all }) {
      const page = useContext(Page)
      const bean = one(all, 'Answers')
      const [latest, setLatest] = useState('')
      const told = useTold(latest ? [bean.mbean, 'list(int)', [SOME]] : null)
      const list = rows(latest ? told.value : known(bean.NotUnderstood))
      return h(
        Section,
        { id: 'answers', title: 'Answers', actions: h(Choice, { id: page.id('answers-only'), label: 'Which answers', options: ANSWER_CHOICES, value: latest, onChange: setLatest }) },
        told.problem && h('p', { role: 'alert', className: 'vr-problem' }, told.problem),
        h(
          Table,
          { label: 'Answers', columns: ['answer', 'connection', 'state', 'what is in it', 'fetched', ''], wrap: true, empty: !latest ? 'Every answer was understood.' : told.value ? 'No answer has come yet.' : 'Looking…' },
          list.map(a =>
            h(
              'tr',
              { key: a.connection + '/' + a.answer },
              h('th', { scope: 'row' }, a.answer),
              h('td', null, a.connection),
              h('td', null, h(Chip, { kind: (ANSWER_WORDS[a.state] || [])[1] }, (ANSWER_WORDS[a.state] || [a.state])[0])),
              h('td', null, a.failedWhy || (a.loose > 0 ? many(a.loose, 'line speaks', 'lines speak') + ' of no record, or of several' : answerSays(a) || '–')),
              h('td', null, h(Time, { at: a.fetchedAt })),
              h('td', { className: 'vr-actions' }, h(Step, { label: 'Look…', about: 'answer ' + a.answer, may: true, onClick: () => page.open(AnswerDialog, { bean, answer: a }) }))
            )
          )
        )
      )
    }

    function Held({ all }) {
      const page = useContext(Page)
      const bean = one(all, 'Held')
      const byRule = {}
      rows(known(bean.Counts)).forEach(c => {
        const sum = (byRule[c.connection + ' ' + c.rule] = byRule[c.connection + ' ' + c.rule] || { connection: c.connection, rule: c.rule, reason: c.reason, remedy: c.remedy, sources: [], records: 0, doses: 0, oldest: c.oldest })
        sum.sources.push(c.source)
        sum.records += c.records
        sum.doses += c.doses
        sum.oldest = sum.oldest < c.oldest ? sum.oldest : c.oldest
      })
      const counts = Object.values(byRule).sort((a, b) => b.records - a.records || (a.rule < b.rule ? -1 : 1))
      const total = counts.reduce((sum, c) => sum + c.records, 0)
      return h(
        Section,
        { id: 'held', title: 'Held', note: total ? number(total) + (total === 1 ? ' record waits' : ' records wait') + ' for a person or a corrected record' : '' },
        h(
          Table,
          { label: 'Held records by rule', columns: ['rule', 'connection', num('records'), num('doses'), 'oldest', 'sources', ''], empty: 'Nothing is held.', wrap: true },
          counts.map(c =>
            h(
              'tr',
              { key: c.connection + c.rule },
              h('th', { scope: 'row' }, c.rule, c.reason && h('div', { className: 'vr-faint' }, c.reason)),
              h('td', null, c.connection),
              h(Num, { value: c.records }),
              h(Num, { value: c.doses }),
              h('td', null, h(Time, { at: c.oldest })),
              h('td', { className: 'vr-faint' }, c.sources.join(', ')),
              h('td', { className: 'vr-actions' }, h('button', { type: 'button', className: 'vr-button', 'aria-label': 'Look at what ' + c.rule + ' holds', onClick: () => page.open(HeldDialog, { bean, count: c }) }, 'Look…'))
            )
          )
        )
      )
    }

    /** Rows of a bean that may be absent, with whatever columns it has, and the buttons of each row. */
    function Rows({ id, title, note, list, columns, empty, about, actions }) {
      return h(
        Section,
        { id, title, note, actions: about },
        h(
          Table,
          { label: title, columns: columns.map(c => c[0]).concat(actions ? [''] : []), empty, wrap: true },
          list.map((row, i) => h('tr', { key: row.id || i }, columns.map(([name, key, time], j) => h(j ? 'td' : 'th', { key: name, scope: j ? undefined : 'row' }, time ? h(Time, { at: row[key] }) : typeof row[key] === 'number' ? number(row[key]) : row[key] == null ? '–' : String(row[key]))), actions && h('td', { className: 'vr-actions' }, actions(row))))
        )
      )
    }

    function Tasks({ all }) {
      const page = useContext(Page)
      const bean = one(all, 'Tasks')
      return (
        bean.mbean &&
        h(Rows, {
          id: 'tasks',
          title: 'Tasks',
          note: tasksByAge(bean),
          list: rows(known(bean.Counts)).filter(t => t.state === 'OPEN'),
          columns: TASK_COLUMNS,
          empty: 'No task is open.',
          about: h(Step, { label: 'All…', about: 'tasks', may: true, onClick: () => page.open(TasksDialog, { bean, count: {} }) }),
          actions: t => h(Step, { label: 'Look…', about: 'tasks of ' + t.code + ', ' + t.connection, may: true, onClick: () => page.open(TasksDialog, { bean, count: t }) }),
        })
      )
    }

    function Jobs({ all }) {
      const bean = one(all, 'Jobs')
      // All that run, since each can be stopped here, and what ended last.
      const list = rows(known(bean.Jobs)).filter((job, i) => i < 5 || job.state === 'RUNNING')
      if (!list.length) return null
      return h(
        Section,
        { id: 'jobs', title: 'Jobs' },
        h(
          'ul',
          { className: 'vr-jobs' },
          list.map(job =>
            h(
              'li',
              { key: job.id },
              h(Chip, { kind: { RUNNING: 'info', DONE: 'good', STOPPED: 'warn', FAILED: 'bad' }[job.state] }, job.state.toLowerCase()),
              ' ', job.what, ' ', h('span', { className: 'vr-faint' }, 'job ', job.id, ', ', job.who, ', ', h(Time, { at: job.startedAt }), job.progress ? ', ' + job.progress : ''),
              job.stoppable && h(Act, { label: 'Stop', about: 'job ' + job.id, danger: true, question: { title: 'Stop job ' + job.id + '?', text: 'What it has done stays done.', act: () => [bean.mbean, 'stop(long)', [job.id]], yes: 'Stop', danger: true } }),
              rows(job.lines).length > 0 && h('details', { open: job.state === 'FAILED' }, h('summary', null, 'What came of it'), h('pre', null, job.lines.join('\n')))
            )
          )
        )
      )
    }

    function Board() {
      const [all, setAll] = useState(null)
      const [problem, setProblem] = useState('')
      const [waiting, setWaiting] = useState(false)
      const [asOf, setAsOf] = useState(null)
      const seen = useRef({ beans: {}, at: {} })
      const [question, setQuestion] = useState(null)
      const [dialog, setDialog] = useState(null)
      const url = useRef('')

      const refresh = useCallback(async () => {
        const stop = new AbortController()
        const patient = setTimeout(() => setWaiting(true), PATIENT)
        const longest = setTimeout(() => stop.abort(), LONGEST)
        try {
          url.current = url.current || (await host.jolokiaService.getFullJolokiaUrl()) || 'jolokia'
          const { beans, homes, away } = await look(url.current, seen.current.beans, stop.signal)
          const at = Object.fromEntries(homes.map(home => [home, away.includes(home) ? seen.current.at[home] : new Date()]).filter(entry => entry[1]))
          seen.current = { beans, at }
          if (Object.keys(at).length) {
            setAll(byHome(beans))
            setAsOf(new Date(Math.min(...Object.values(at))))
          }
          setProblem(away.length ? 'The ledger ' + (homes.length > 1 ? 'of ' + away.join(', ') + ' ' : '') + 'does not answer. Nothing is taken or sent until it is back; nothing is lost.' : '')
        } catch (e) {
          setProblem(e.message)
        } finally {
          clearTimeout(patient)
          clearTimeout(longest)
          setWaiting(false)
        }
      }, [])
      useEffect(() => {
        let gone = false
        let timer
        const turn = async () => {
          await refresh()
          if (!gone) timer = setTimeout(turn, EVERY)
        }
        turn()
        return () => {
          gone = true
          clearTimeout(timer)
        }
      }, [])

      const read = useCallback((mbean, operation, args) => ask(url.current, { type: 'exec', mbean, operation, arguments: args }), [])
      const run = useCallback(async (mbean, operation, args) => {
        const value = await read(mbean, operation, args)
        refresh()
        return value
      }, [])

      if (!all) return h('div', { className: 'vr' }, problem ? h('p', { role: 'alert', className: 'vr-problem' }, problem) : h('p', { role: 'status' }, waiting ? 'The server has not answered yet.' : 'Looking…'))
      const old = ' What you see is as of ' + moment(asOf) + '.'
      const unread = missing(seen.current.beans)
      const homes = Object.keys(all)
      const several = homes.length > 1
      const access = one(all[homes[0]], 'Access')
      const steward = access.Role === 'steward'
      const base = new URL(url.current, location.href).origin
      const page = { mayAct: access.MayAct === true, stale: !!problem, ask: setQuestion, open: (Kind, about) => setDialog({ Kind, about }), read, asOf }
      return h(
        'div',
        { className: 'vr' },
        h(
          'header',
          { className: 'vr-top' },
          h('h1', null, 'Registry feed'),
          !several && h(Practice, { access }),
          h('span', { className: 'vr-faint' }, access.Role ? access.User + ', ' + access.Role : "through this server's own console", access.MayAct ? '' : ' (looks only)'),
          steward && h('a', { href: base + '/vaxroute/records/', target: '_blank', rel: 'noopener' }, 'Records (every view is audited)'),
          h('span', { className: 'vr-faint vr-asof' }, 'as of ' + moment(asOf))
        ),
        problem && h('p', { role: 'alert', className: 'vr-problem' }, problem + old),
        unread.length > 0 && h('p', { role: 'alert', className: 'vr-problem' }, 'Not everything could be read, and what stands empty below may be missing. ' + unread.join(' ')),
        // Always there, because a screen reader tells only of what changes in it.
        h('div', { role: 'status', className: 'vr-waiting' }, waiting && !problem && h('p', { className: 'vr-problem' }, 'The server has not answered yet.' + old)),
        homes.map(home =>
          h(
            Page.Provider,
            { key: home, value: { ...page, id: id => 'vr-' + (several ? home + '-' : '') + id } },
            several && h('h2', { className: 'vr-home' }, 'Home ' + home, ' ', h(Practice, { access: one(all[home], 'Access') })),
            h(House, { all: all[home] })
          )
        ),
        question && h(Dialog, { question, run, read, onClose: () => setQuestion(null) }),
        dialog && h(dialog.Kind, { ...dialog.about, run, read, steward, base, user: access.Role ? access.User : '', mayAct: page.mayAct && !problem, onClose: () => setDialog(null) })
      )
    }

    const Practice = ({ access }) => access.Mode === 'practice' && h(Chip, { kind: 'info' }, 'practice')

    /** All that is known of one home. */
    function House({ all }) {
      const notices = one(all, 'Notices')
      return h(
        React.Fragment,
        null,
        h(Alarms, { all }),
        h(Nodes, { all }),
        (all.Connection || []).map(bean => h(Connection, { key: bean.mbean, bean, all })),
        h(Sources, { all }),
        h(Files, { all }),
        h(Held, { all }),
        h(Answers, { all }),
        h(Tasks, { all }),
        notices.mbean && h(Rows, { id: 'notices', title: 'Notices owed', list: rows(known(notices.Owed)).map(notice => ({ ...notice, subject: noticeName(notice) })), columns: NOTICE_COLUMNS, empty: 'No notice is owed.', actions: notice => noticeSent(notices, notice) }),
        h(Jobs, { all })
      )
    }

    const TASK_COLUMNS = [['code', 'code'], ['meaning', 'meaning'], ['class', 'class'], ['connection', 'connection'], ['tasks', 'tasks'], ['oldest', 'oldest', true]]
    const NOTICE_COLUMNS = [['notice', 'subject'], ['connection', 'connection'], ['to', 'to'], ['owed', 'owedAt', true], ['what to do', 'next']]

    /** A notice has a subject only when its draft is written. */
    const noticeName = notice => notice.subject || notice.kind.toLowerCase().replace(/_/g, ' ')

    const noticeSent = (bean, notice) =>
      h(Act, {
        label: 'Sent…',
        about: 'notice ' + notice.id,
        question: {
          title: 'Did you send notice ' + notice.id + '?',
          text: notice.subject + ', to ' + (notice.to || 'whom it concerns') + '. It is not owed any more then.',
          fields: [{ name: 'why', label: 'How and when, or why not', hint: 'Stands on the trail.' }],
          act: v => [bean.mbean, 'sent(long,java.lang.String)', [notice.id, v.why]],
          yes: 'It is settled',
        },
      })

    /** "3 up to 7 days, 1 older". */
    const tasksByAge = bean => Object.entries(known(bean.Ageing) || {}).filter(age => age[1] > 0).map(age => number(age[1]) + ({ upTo7: ' up to a week old', upTo30: ' up to a month', older: ' older' }[age[0]] || ' ' + age[0])).join(', ')

    return {
      plugin() {
        // Several web applications of one server announce the same tab.
        if (host.hawtio.getPlugins().some(plugin => plugin.id === 'vaxroute')) return
        const sheet = document.createElement('link')
        sheet.rel = 'stylesheet'
        sheet.href = HERE + 'vaxroute.css'
        document.head.appendChild(sheet)
        host.hawtio.addPlugin({
          id: 'vaxroute',
          title: 'Registry feed',
          path: '/registry-feed',
          order: -10,
          component: Board,
          isActive: async () => (await host.jolokiaService.search('org.vaxroute:type=Access,*')).length > 0,
        })
      },
    }
  }

  /** The host's own copy of a library, the newest if there are several. */
  async function use(name) {
    const versions = shared[name]
    if (!versions) throw new Error('This Hawtio does not share ' + name)
    const factory = await versions[Object.keys(versions).sort().pop()].get()
    return factory()
  }

  return {
    init(scope) {
      shared = scope
    },
    async get() {
      const module = build(await use('react'), await use('@hawtio/react'))
      return () => module
    },
  }
})()
