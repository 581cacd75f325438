import { createStore } from '../../../app/store.ts'

const KEY = 'prebook-scan-sound'

const isOn = createStore(readChoice())

/** Whether scanning makes sounds, and a function that changes and saves it. */
export function useScanSound(): [boolean, (on: boolean) => void] {
  return [isOn.use(), choose]
}

/** The tones of each sound: frequency in hertz, start and length in seconds. */
const sounds = {
  known: [[1_320, 0, 0.07]],
  unknown: [
    [220, 0, 0.16],
    [180, 0.2, 0.24],
  ],
} as const

let context: AudioContext | undefined

/** Plays a short high tone for a known title, and two low ones for anything else. */
export function playSound(name: keyof typeof sounds): void {
  if (!isOn.get()) return
  // Browsers allow sound only after a key or a click, so it is not created before the first beep.
  context ??= new AudioContext()
  for (const [hertz, start, length] of sounds[name])
    playTone(context, hertz, context.currentTime + start, length)
}

function playTone(audio: AudioContext, hertz: number, at: number, length: number): void {
  const tone = new OscillatorNode(audio, { type: 'triangle', frequency: hertz })
  const volume = new GainNode(audio, { gain: 0.25 })
  // A tone that is cut off clicks.
  volume.gain.setTargetAtTime(0, at + length - 0.02, 0.008)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + length + 0.03)
}

function choose(on: boolean): void {
  isOn.set(on)
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
}

function readChoice(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}
