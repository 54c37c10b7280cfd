// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListResource lists the deployed models of an account for terraform query.
type ListResource struct{ providerdata.ListResource }

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

func NewListResource() list.ListResource {
	return &ListResource{providerdata.ListResource{TypeName: providerdata.DeployedModelType,
		Schema: deployedModelListSchema}}
}

func deployedModelListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the LoRA models that are loaded onto deployments of an account, sorted " +
			"by name. Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": providerdata.ListAccount("deployed models"),
			"model": providerdata.ListFilter("The model: a bare ID in the listed account, or a full name, `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceNameOrID("model ID", fireworks.ParseModelName)),
			"deployment": providerdata.ListFilter("The deployment: a bare ID in the listed account, or a "+
				"full name, `"+fireworks.DeploymentNameForm+"`.",
				attribute.ResourceNameOrID("deployment ID", fireworks.ParseDeploymentName)),
		},
	}
}

func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter deployedModelFilter

	diags := req.Config.Get(ctx, &filter)

	all := l.loaded(ctx, filter, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = providerdata.SortedByName(all, func(api fireworks.DeployedModel) string { return api.Name })
	stream.Results = providerdata.Results(ctx, req, all, listedDeployedModel)
}

// loaded returns the deployed models that match, without those that the platform shows for the base models of
// deployments.
func (l *ListResource) loaded(
	ctx context.Context, filter deployedModelFilter, diags *diag.Diagnostics,
) []fireworks.DeployedModel {
	all := providerdata.Filtered(listing.Read(ctx, l.Data, filter.AccountID, diags), filter.matches)
	if len(all) == 0 {
		return nil
	}

	baseModels := map[string]string{}
	for _, deployment := range providerdata.Deployments.Read(ctx, l.Data, filter.AccountID, diags) {
		baseModels[deployment.Name] = deployment.BaseModel
	}

	return providerdata.Filtered(all, func(api fireworks.DeployedModel) bool {
		return api.Model == "" || api.Model != baseModels[api.Deployment]
	})
}

func listedDeployedModel(api fireworks.DeployedModel) (providerdata.Listed, error) {
	name, err := fireworks.ParseDeployedModelName(api.Name)
	if err != nil {
		return providerdata.Listed{}, err
	}

	state := imported(name)
	state.Refresh(api)

	return providerdata.Listed{
		DisplayName: path.Base(api.Model) + " on " + path.Base(api.Deployment),
		Identity:    providerdata.DeployedModelNames.Identity(name),
		State:       state,
	}, nil
}

// imported returns the state of a deployed model that is imported, before it is read.
func imported(name fireworks.DeployedModelName) resourceModel {
	imported := resourceModel{Timeouts: lifecycle.NoTimeouts()}
	imported.setName(name)

	return imported
}
