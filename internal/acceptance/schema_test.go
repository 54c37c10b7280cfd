// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/checkpoint"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/promotedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/trainingshape"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestSchema_PromotedModelArguments walks the schema: what a user can set either replaces the model, or is one of
// the metadata of a PATCH, or means nothing to the API. An argument that is added later must be one of the three.
func TestSchema_PromotedModelArguments(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

	var created providertest.Instance

	models := p.PromotedModels(t)

	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"hot_load_deployment_id": "d1", "display_name": "One", "description": "One.",
			"public": false, "deletion_policy": "DELETE"})
	if got := models.Run(t.Context(), &created, config, providertest.RunOptions{}); len(got.Diagnostics.Errors()) > 0 {
		t.Fatal(got.Diagnostics)
	}

	model, _ := p.Model(providertest.DemoModels + "m")

	changes := map[string]struct {
		value any
		// mask is the field that a PATCH changes; replaces means that there is none, because the model is replaced.
		mask     string
		replaces bool
	}{
		"checkpoint_name":        {value: providertest.LoraCheckpoint, replaces: true},
		"output_model_id":        {value: "m3", replaces: true},
		"base_model":             {value: "accounts/fireworks/models/llama-v3p1-8b-instruct", replaces: true},
		"hot_load_deployment_id": {value: "d2", replaces: true},
		"display_name":           {value: "Two", mask: "display_name"},
		"description":            {value: "Two.", mask: "description"},
		"public":                 {value: true, mask: "public"},
		"deletion_policy":        {value: lifecycle.DeletionPolicyAbandon},
	}
	for name, attribute := range promotedmodel.ResourceSchema(t.Context()).Attributes {
		change, settable := changes[name]
		if settable == (!attribute.IsRequired() && !attribute.IsOptional()) {
			t.Errorf("%s can be set, but this test knows no change of it, or the other way round", name)
		}

		if !settable {
			if !attribute.IsComputed() {
				t.Errorf("%s is neither an argument nor a result", name)
			}

			continue
		}

		p.PutModel(model)
		p.TakeWriteRequests()

		current := created
		got := models.Run(t.Context(), &current, providertest.With(config, providertest.Values{name: change.value}),
			providertest.RunOptions{PlanOnly: change.replaces})

		want := providertest.ActionUpdate
		if change.replaces {
			want = providertest.ActionReplace
		}

		providertest.AssertEqual(t, "action", got.Action, want)

		if len(got.Diagnostics.Errors()) > 0 {
			t.Errorf("unexpected diagnostics:\n%s", got.Diagnostics.Errors())
		}

		writes := p.TakeWriteRequests()
		switch {
		case change.mask == "" && len(writes) > 0:
			t.Errorf("%s: %q, want no request", name, writes)
		case change.mask != "" && (len(writes) != 1 ||
			!strings.HasPrefix(writes[0], providertest.PatchOf("m", change.mask, ""))):
			t.Errorf("%s: %q, want one PATCH of %s", name, writes, change.mask)
		}
	}
}

// TestSchema_Valid makes the first calls of the CLI, in which the framework validates the schemas.
func TestSchema_Valid(t *testing.T) {
	t.Parallel()

	server := providerserver.NewProtocol6(fwprovider.New("test")())()

	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatalf("%v, %s", err, providertest.DecodeDiagnostics(schemas.Diagnostics))
	}

	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil || len(identities.Diagnostics) > 0 {
		t.Fatalf("%v, %s", err, providertest.DecodeDiagnostics(identities.Diagnostics))
	}

	for want, names := range map[string][]string{
		"resources: fireworks_deployed_model fireworks_deployment fireworks_promoted_model fireworks_router": slices.Sorted(
			maps.Keys(schemas.ResourceSchemas),
		),
		"identities: fireworks_deployed_model fireworks_deployment fireworks_promoted_model fireworks_router": slices.Sorted(
			maps.Keys(identities.IdentitySchemas),
		),
		"data sources: fireworks_checkpoints fireworks_deployed_models fireworks_deployment fireworks_deployment_shape " +
			"fireworks_deployments fireworks_fine_tuning_job fireworks_fine_tuning_jobs fireworks_model " +
			"fireworks_models " +
			"fireworks_quotas fireworks_router fireworks_routers fireworks_training_shape": slices.Sorted(
			maps.Keys(schemas.DataSourceSchemas),
		),
		"list resources: fireworks_deployed_model fireworks_deployment fireworks_promoted_model fireworks_router": slices.Sorted(
			maps.Keys(schemas.ListResourceSchemas),
		),
		"functions: model_id parse_checkpoint_name validate_output_model_id": slices.Sorted(maps.Keys(schemas.Functions)),
		"sensitive: additional_headers api_key":                              sensitiveArguments(schemas.Provider.Block.Attributes),
	} {
		kind, _, _ := strings.Cut(want, ":")
		if got := kind + ": " + strings.Join(names, " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}

	if schema := schemas.ResourceSchemas["fireworks_promoted_model"]; schema.Version != 0 {
		t.Errorf("version %d of the resource needs an upgrade of older states, and a test of it", schema.Version)
	}
}

func sensitiveArguments(attributes []*tfprotov6.SchemaAttribute) []string {
	var names []string

	for _, attribute := range attributes {
		if attribute.Sensitive {
			names = append(names, attribute.Name)
		}
	}

	slices.Sort(names)

	return names
}

// TestSchema_Descriptions walks everything that the registry shows.
func TestSchema_Descriptions(t *testing.T) {
	t.Parallel()

	schemas, err := providerserver.NewProtocol6(fwprovider.New("test")())().GetProviderSchema(t.Context(),
		&tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	checkBlock(t, "provider", schemas.Provider.Block)

	for name, schema := range schemas.ResourceSchemas {
		checkBlock(t, name, schema.Block)
	}

	for name, schema := range schemas.DataSourceSchemas {
		checkBlock(t, "data."+name, schema.Block)
	}

	for name, schema := range schemas.ListResourceSchemas {
		checkBlock(t, "list."+name, schema.Block)
	}

	for name, function := range schemas.Functions {
		checkSentence(t, name, function.Description)
		checkSentence(t, name+" summary", function.Summary)

		parameters := function.Parameters
		if function.VariadicParameter != nil {
			parameters = append(parameters, function.VariadicParameter)
		}

		for _, parameter := range parameters {
			checkSentence(t, name+"("+parameter.Name+")", parameter.Description)
		}
	}

	for name, attribute := range providerdata.ModelNames.IdentitySchema().Attributes {
		checkSentence(t, "identity "+name, attribute.GetDescription())
	}
}

func checkBlock(t *testing.T, address string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	// A block of a dependency, such as timeouts, has no description.
	if len(block.BlockTypes) > 0 || block.Description != "" {
		checkSentence(t, address, block.Description)
	}

	for _, attribute := range block.Attributes {
		checkAttribute(t, address+"."+attribute.Name, attribute)
	}

	for _, nested := range block.BlockTypes {
		checkBlock(t, address+"."+nested.TypeName, nested.Block)
	}
}

func checkAttribute(t *testing.T, address string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	checkSentence(t, address, attribute.Description)

	if attribute.NestedType != nil {
		for _, nested := range attribute.NestedType.Attributes {
			checkAttribute(t, address+"."+nested.Name, nested)
		}
	}
}

func checkSentence(t *testing.T, address, text string) {
	t.Helper()

	if !strings.HasSuffix(text, ".") || strings.ToUpper(text[:1]) != text[:1] || strings.Contains(text, "  ") {
		t.Errorf("the description of %s is no sentence: %q", address, text)
	}
}

// TestSchema_ListedAttributes compares the rows of each list with the data source of one object: the pages of the lists
// refer to its attributes.
func TestSchema_ListedAttributes(t *testing.T) {
	t.Parallel()

	schemas, err := providerserver.NewProtocol6(fwprovider.New("test")())().GetProviderSchema(t.Context(),
		&tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	attributes := func(name, nested string) map[string]string {
		schema, ok := schemas.DataSourceSchemas[name]
		if !ok {
			schema = schemas.ResourceSchemas[name]
		}

		all := schema.Block.Attributes
		if nested != "" {
			i := slices.IndexFunc(all, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == nested })
			all = all[i].NestedType.Attributes
		}

		valueTypes := map[string]string{}
		for _, attribute := range all {
			valueTypes[attribute.Name] = attribute.ValueType().String()
		}

		return valueTypes
	}

	model := attributes("fireworks_model", "")
	delete(model, "id")
	delete(model, "deployments")

	loaded := attributes("fireworks_deployed_model", "")
	delete(loaded, "wait_for_inference")
	loaded["deployed_model_id"] = "tftypes.String"

	job := attributes("fireworks_fine_tuning_job", "")

	for list, want := range map[[2]string]map[string]string{
		{"fireworks_checkpoints", "latest_promotable"}:     attributes("fireworks_checkpoints", "checkpoints"),
		{"fireworks_deployed_models", "deployed_models"}:   loaded,
		{"fireworks_deployments", "deployments"}:           attributes("fireworks_deployment", ""),
		{"fireworks_fine_tuning_jobs", "jobs"}:             job,
		{"fireworks_fine_tuning_jobs", "latest_completed"}: job,
		{"fireworks_models", "models"}:                     model,
		{"fireworks_routers", "routers"}:                   attributes("fireworks_router", ""),
	} {
		if diff := cmp.Diff(want, attributes(list[0], list[1])); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", list[1], list[0], diff)
		}
	}
}

// TestProviderData_WrongType configures resources and data sources with data of a wrong type, and without data.
func TestProviderData_WrongType(t *testing.T) {
	t.Parallel()
	ctx := t.Context()

	var r resource.ConfigureResponse
	new(promotedmodel.Resource).Configure(ctx, resource.ConfigureRequest{ProviderData: "text"}, &r)

	var d datasource.ConfigureResponse
	new(checkpoint.DataSource).Configure(ctx, datasource.ConfigureRequest{ProviderData: 1}, &d)

	var s datasource.ConfigureResponse
	new(trainingshape.DataSource).Configure(ctx, datasource.ConfigureRequest{}, &s)

	providertest.AssertEqual(t, "errors of the resource", r.Diagnostics.ErrorsCount(), 1)
	providertest.AssertEqual(t, "errors of the data source", d.Diagnostics.ErrorsCount(), 1)
	providertest.AssertEqual(t, "errors without data", s.Diagnostics.ErrorsCount(), 0)

	var diags diag.Diagnostics
	if providerdata.From(nil, &diags).RequireClient(&diags) || len(diags) != 1 ||
		diags[0].Summary() != diagnostic.SummaryProviderNotConfigured {
		t.Errorf("without data there is a client, or another error: %v", diags)
	}
}
