"""The two dialects of XenAPI: XML-RPC and JSON-RPC, byte for byte as xapi reads and writes them."""
