// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListResource lists the models of an account for terraform query.
type ListResource struct{ providerdata.ListResource }

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

func NewListResource() list.ListResource {
	return &ListResource{providerdata.ListResource{TypeName: providerdata.PromotedModelType,
		Schema: promotedModelListSchema}}
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
		MarkdownDescription: "Lists the models of an account that a promotion may have created, sorted by " +
			"name. Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": providerdata.ListAccount("models"),
			"base_model": providerdata.ListFilter("Lists only LoRA models of this base model, a full name: `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceName(fireworks.ParseModelName)),
			"kind": providerdata.ListFilter("The kind. Defaults to both kinds that promotions create, " +
				"`HF_BASE_MODEL` and `HF_PEFT_ADDON`."),
			"state": providerdata.ListFilter("The state, such as `" + fireworks.ModelStateReady + "`."),
			"name_prefix": providerdata.ListFilter("The first characters of the model ID, or of the full " +
				"name if the prefix contains a slash."),
		},
	}
}

func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter promotedModelFilter

	diags := l.ReadConfig(ctx, req, &filter)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all := l.Data.Reads.Models.Read(ctx, l.Data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = providerdata.SortedByName(providerdata.Filtered(all, filter.matches),
		func(model fireworks.Model) string { return model.Name })
	stream.Results = providerdata.Results(ctx, req, all, listedModel)
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

func listedModel(model fireworks.Model) (providerdata.Listed, error) {
	name, err := fireworks.ParseModelName(model.Name)
	if err != nil {
		return providerdata.Listed{}, err
	}

	state := imported(name)
	state.refresh(model)

	return providerdata.Listed{DisplayName: name.ModelID, Identity: providerdata.ModelNames.Identity(name),
		State: state}, nil
}

// imported returns the state of a model that is imported, before it is read.
func imported(name fireworks.ModelName) resourceModel {
	imported := resourceModel{
		OutputModelID:  types.StringValue(name.ModelID),
		DeletionPolicy: types.StringValue(lifecycle.DeletionPolicyDelete),
		PEFTDetails:    types.ObjectNull(attribute.PEFTDetailsTypes),
		Timeouts:       lifecycle.NoTimeouts(),
	}
	imported.setName(name)

	return imported
}
