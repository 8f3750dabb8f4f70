// Chaincode as a service: one process per company, which its own peer calls.
import { createContracts } from '@tacit/contracts';
import { serve } from './serve';

serve(createContracts());
