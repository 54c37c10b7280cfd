// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"

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
	var filter providerdata.ModelFilter

	diags := req.Config.Get(ctx, &filter)

	all := providerdata.Models.Read(ctx, l.Data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = providerdata.Filtered(all, func(model fireworks.Model) bool {
		promoted := model.Kind == "HF_BASE_MODEL" || model.Kind == "HF_PEFT_ADDON"

		return (promoted || !filter.Kind.IsNull()) && filter.Matches(model)
	})
	all = providerdata.SortedByName(all, func(model fireworks.Model) string { return model.Name })
	stream.Results = providerdata.Results(ctx, req, all, listedModel)
}

func listedModel(model fireworks.Model) (providerdata.Listed, error) {
	name, err := fireworks.ParseModelName(model.Name)
	if err != nil {
		return providerdata.Listed{}, err
	}

	state := imported(name)
	state.Refresh(model)

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
