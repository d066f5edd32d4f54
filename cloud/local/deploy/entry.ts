import { readCache, runFunction } from './loader';

/** `index.js` of a bundled function: its code, with what V8 kept of compiling it. */
runFunction(__dirname, readCache(__dirname));
