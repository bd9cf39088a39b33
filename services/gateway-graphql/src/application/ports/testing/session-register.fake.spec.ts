import { sessionRegisterContract } from './session-register.contract.ts';
import { FakeSessionRegister } from './session-register.fake.ts';

const register = new FakeSessionRegister();

sessionRegisterContract('the fake', () => Promise.resolve(register));
