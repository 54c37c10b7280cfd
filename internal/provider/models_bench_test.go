package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// BenchmarkReadModels reads a listing of 10,000 models through the protocol.
func BenchmarkReadModels(b *testing.B) {
	const typeName = "fireworks_models"

	p := newPlatform(b, mockapi.Options{ForgetRequests: true})
	p.putModels(benchmarkRows)
	protocol := p.protocol(b)

	schemas, err := protocol.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}

	config := protocol.dynamic(schemas.DataSourceSchemas[typeName].ValueType(), values{"account_id": "demo"})

	b.ReportAllocs()

	for b.Loop() {
		// A listing that started in the same instant would be shared.
		if err := p.clock.Sleep(b.Context(), time.Second); err != nil {
			b.Fatal(err)
		}

		response, err := protocol.server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
		if err != nil || len(response.Diagnostics) > 0 {
			b.Fatal(err, decodeDiagnostics(response.Diagnostics))
		}
	}
}
