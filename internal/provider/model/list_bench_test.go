// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// BenchmarkReadModels reads a listing of 10,000 models through the protocol.
func BenchmarkReadModels(b *testing.B) {
	const typeName = "fireworks_models"

	p := providertest.NewPlatform(b, mockapi.Options{ForgetRequests: true})
	putModels(p, providertest.BenchmarkRows)
	protocol := p.Protocol(b)

	schemas, err := protocol.Server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}

	config := protocol.Dynamic(schemas.DataSourceSchemas[typeName].ValueType(),
		providertest.Values{"account_id": "demo"})

	b.ReportAllocs()

	for b.Loop() {
		// A listing that started in the same instant would be shared.
		if err := p.Clock.Sleep(b.Context(), time.Second); err != nil {
			b.Fatal(err)
		}

		response, err := protocol.Server.ReadDataSource(b.Context(),
			&tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
		if err != nil || len(response.Diagnostics) > 0 {
			b.Fatal(err, providertest.DecodeDiagnostics(response.Diagnostics))
		}
	}
}
