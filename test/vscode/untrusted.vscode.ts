// Runs suites/untrusted.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: untrusted', { only: 'untrusted', untrusted: true });
