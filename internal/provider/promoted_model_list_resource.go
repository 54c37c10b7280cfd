package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotedModelListResource lists the models of an account for terraform query.
type promotedModelListResource struct{ listResource }

var _ list.ListResourceWithConfigure = (*promotedModelListResource)(nil)

func newPromotedModelListResource() list.ListResource {
	return &promotedModelListResource{listResource{typeName: promotedModelType, schema: promotedModelListSchema}}
}

// promotedModelFilter is what a model must match; a null argument matches all.
type promotedModelFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	BaseModel  types.String `tfsdk:"base_model"`
	Kind       types.String `tfsdk:"kind"`
	State      types.String `tfsdk:"state"`
	NamePrefix types.String `tfsdk:"name_prefix"`
}

func promotedModelListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the models of an account that a promotion may have created, sorted by name. " +
			"Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": listAccount("models"),
			"base_model": listFilter("The full name of the base model, "+
				"`"+fireworks.ModelNameForm+"`: only LoRA models of it are listed.",
				resourceName(fireworks.ParseModelName)),
			"kind": listFilter("The kind of the models. Defaults to the kinds that promotions create, " +
				"`HF_BASE_MODEL` and `HF_PEFT_ADDON`."),
			"state": listFilter("The state of the models, such as `" + fireworks.ModelStateReady + "`."),
			"name_prefix": listFilter("The first characters of the model ID, or of the full name if the prefix " +
				"contains a slash."),
		},
	}
}

func (l *promotedModelListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter promotedModelFilter

	diags := l.configure(ctx, req, &filter)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all := l.data.reads.models.read(ctx, l.data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = sortedByName(filtered(all, filter.matches), func(model fireworks.Model) string { return model.Name })
	stream.Results = results(ctx, req, all, listedModel)
}

// matches reports whether the model matches all filters.
func (f promotedModelFilter) matches(model fireworks.Model) bool {
	kindMatches := f.Kind.ValueString() == string(model.Kind)
	if f.Kind.IsNull() {
		kindMatches = model.Kind == "HF_BASE_MODEL" || model.Kind == "HF_PEFT_ADDON"
	}

	baseModel := ""
	if model.PEFTDetails != nil {
		baseModel = model.PEFTDetails.BaseModel
	}

	prefixed := model.Name
	if !strings.Contains(f.NamePrefix.ValueString(), "/") {
		_, prefixed, _ = strings.Cut(model.Name, "/models/")
	}

	return kindMatches &&
		(f.BaseModel.IsNull() || f.BaseModel.ValueString() == baseModel) &&
		(f.State.IsNull() || f.State.ValueString() == string(model.State)) &&
		strings.HasPrefix(prefixed, f.NamePrefix.ValueString())
}

func listedModel(model fireworks.Model) (listed, error) {
	name, err := fireworks.ParseModelName(model.Name)
	if err != nil {
		return listed{}, err
	}

	state := importedModel(name)
	state.refresh(model)

	return listed{displayName: name.ModelID, identity: modelNames.identity(name), state: state}, nil
}

// importedModel returns the state of a model that is imported, before it is read.
func importedModel(name fireworks.ModelName) promotedModel {
	imported := promotedModel{
		OutputModelID:  types.StringValue(name.ModelID),
		DeletionPolicy: types.StringValue(deletionPolicyDelete),
		PEFTDetails:    types.ObjectNull(peftDetailsTypes),
		Timeouts:       noTimeouts(),
	}
	imported.setName(name)

	return imported
}
