"""Names of the comms, known without importing what speaks over them."""

RPC = "sciml_magics.rpc"
EVENTS = "sciml_magics.events"
