// The probe contract as chaincode, in the place of the product's.
import { serve } from '../../chaincode/src/serve';
import { PROBE_CONTRACTS } from './probe-contract';

serve(PROBE_CONTRACTS);
