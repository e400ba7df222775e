// Runs suites/loss.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: loss of OpenOCD and of the probe', { only: 'loss' });
