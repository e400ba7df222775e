// Runs suites/language.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: OpenOCD scripts', { only: 'language' });
