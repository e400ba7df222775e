// What the adapter's process begins with: lets Node keep compiled code from one start to the next (since Node 22.8), then loads the
// adapter itself, which is a bundle of its own so that its code is among what is kept.
import module from 'node:module';

const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();
require('./adapterProcess');
