// Command schema prints what "terraform providers schema -json" prints for this
// provider, asked of the provider itself: the documentation then describes the
// same schema, resource identity included, whichever CLI happens to be installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

// tfplugindocs looks for the provider under this short name.
const providerName = "fireworks"

func main() {
	server := providerserver.NewProtocol6(provider.New("docs")())()
	if err := write(context.Background(), server, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "Error: the provider's schema could not be printed: %s\n", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, server tfprotov6.ProviderServer, out io.Writer) error {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}

	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}

	if err := firstError(schemas.Diagnostics, identities.Diagnostics); err != nil {
		return err
	}

	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")

	return encoder.Encode(object{
		"format_version": "1.0",
		"provider_schemas": object{
			providerName: object{
				"provider":                  schemaJSON(schemas.Provider),
				"resource_schemas":          convert(schemas.ResourceSchemas, schemaJSON),
				"data_source_schemas":       convert(schemas.DataSourceSchemas, schemaJSON),
				"functions":                 convert(schemas.Functions, functionJSON),
				"resource_identity_schemas": convert(identities.IdentitySchemas, identityJSON),
			},
		},
	})
}

func firstError(lists ...[]*tfprotov6.Diagnostic) error {
	for _, list := range lists {
		for _, d := range list {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				return fmt.Errorf("%s: %s", d.Summary, d.Detail)
			}
		}
	}

	return nil
}
