import '@apoyo/design/tokens.css'
import '@apoyo/design/base.css'
import '@apoyo/design/components.css'
import './screen/screen.css'
import './capture/capture.css'
import { mount } from 'svelte'
import App from './App.svelte'
import { connect } from './native'
import { citizen } from './state/citizen.svelte'
import { watchKeyboard } from './screen/keyboard'
import { listenToHistory } from './state/route.svelte'
import { show } from './state/theme'

show()
listenToHistory()
watchKeyboard()
const root = document.getElementById('app')
if (!root) throw new Error('index.html has no #app')
mount(App, { target: root, props: { start: async () => citizen.begin(await connect()) } })
document.documentElement.setAttribute('data-started', '')
