// With two workers, the suites that take minutes come first: one that started last would run alone at the end.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = ['crash/crash', 'demo', 'attacks/oracle', 'bench', 'launcher'];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? LONGEST.length : index;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
