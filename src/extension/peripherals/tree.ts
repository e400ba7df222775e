// SVD files and the tree made of them, as a bundle of its own (dist/peripherals.js): it is loaded with the first SVD file.
export { loadDevice } from '../../svd';
export { PeripheralTree } from './model';
