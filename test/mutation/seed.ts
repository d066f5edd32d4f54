import fc from 'fast-check';

/** A mutant that is killed today is killed tomorrow: what a property tries does not depend on chance. */
fc.configureGlobal({ seed: 20_261_124, endOnFailure: true });
