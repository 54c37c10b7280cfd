package provider

import (
	"context"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployedModelListResource lists the deployed models of an account for terraform query.
type deployedModelListResource struct{ listResource }

var _ list.ListResourceWithConfigure = (*deployedModelListResource)(nil)

func newDeployedModelListResource() list.ListResource {
	return &deployedModelListResource{listResource{typeName: deployedModelType, schema: deployedModelListSchema}}
}

func deployedModelListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the LoRA models that are loaded onto the deployments of an account, sorted by " +
			"name. A deployment's own `base_model` is not listed. Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": listAccount("deployed models"),
			"model": listFilter("The model: a bare ID of a model in the listed account, or a full name, "+
				"`"+fireworks.ModelNameForm+"`.",
				resourceNameOrID("model ID", fireworks.ParseModelName)),
			"deployment": listFilter("The deployment: a bare ID, or a full name, `"+fireworks.DeploymentNameForm+"`.",
				resourceNameOrID("deployment ID", fireworks.ParseDeploymentName)),
		},
	}
}

func (l *deployedModelListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter deployedModelFilter

	diags := l.configure(ctx, req, &filter)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all := l.loaded(ctx, filter, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = sortedByName(all, func(api fireworks.DeployedModel) string { return api.Name })
	stream.Results = results(ctx, req, all, listedDeployedModel)
}

// loaded returns the deployed models that match, without those that the platform shows for the base models of
// deployments.
func (l *deployedModelListResource) loaded(
	ctx context.Context, filter deployedModelFilter, diags *diag.Diagnostics,
) []fireworks.DeployedModel {
	all := filtered(l.data.reads.deployedModels.read(ctx, l.data, filter.AccountID, diags), filter.matches)
	if len(all) == 0 {
		return nil
	}

	baseModels := map[string]string{}
	for _, deployment := range l.data.reads.deployments.read(ctx, l.data, filter.AccountID, diags) {
		baseModels[deployment.Name] = deployment.BaseModel
	}

	return filtered(all, func(api fireworks.DeployedModel) bool {
		return api.Model == "" || api.Model != baseModels[api.Deployment]
	})
}

func listedDeployedModel(api fireworks.DeployedModel) (listed, error) {
	name, err := fireworks.ParseDeployedModelName(api.Name)
	if err != nil {
		return listed{}, err
	}

	state := importedDeployedModel(name)
	state.refresh(api)

	return listed{
		displayName: path.Base(api.Model) + " on " + path.Base(api.Deployment),
		identity:    deployedModelNames.identity(name),
		state:       state,
	}, nil
}

// importedDeployedModel returns the state of a deployed model that is imported, before it is read.
func importedDeployedModel(name fireworks.DeployedModelName) deployedModel {
	imported := deployedModel{Timeouts: noTimeouts()}
	imported.setName(name)

	return imported
}
