// SPDX-License-Identifier: MPL-2.0

package mockapi

import "strings"

// validPromotion is a promotion that has passed every check.
type validPromotion struct {
	run        *trainingRun
	checkpoint Checkpoint
	base       Model
	output     string
}

// validatePromotion checks a promotion in the platform's order: an invalid model ID is found only after the checkpoint
// was staged, and orphans the checkpoint.
func (s *Server) validatePromotion(parent, checkpointID string, in promoteRequest) (*validPromotion, error) {
	if in.OutputModel == "" {
		return nil, invalid("output_model is required")
	}

	if in.BaseModel == "" {
		return nil, invalid("base_model is required")
	}

	account := strings.Split(parent, "/")[1]

	modelID, ok := strings.CutPrefix(in.OutputModel, "accounts/"+account+"/models/")
	if !ok {
		return nil, invalid("output_model: %q is not of the form accounts/%s/models/{model}", in.OutputModel, account)
	}

	run, err := s.findTrainingRun(parent)
	if err != nil {
		return nil, err
	}

	row, ok := run.find(checkpointID)
	if !ok {
		return nil, notFound("checkpoint %q not found", checkpointID)
	}

	if s.orphans[row.Name] {
		return nil, notFound("checkpoint %q not found in GCS", checkpointID)
	}

	if !row.Promotable {
		return nil, invalid("checkpoint %q is not promotable", checkpointID)
	}

	if err := checkModelID(modelID); err != nil {
		s.orphans[row.Name] = true
		return nil, err
	}

	base, ok := s.models[in.BaseModel]
	if !ok {
		return nil, invalid("base_model: model %q does not exist", in.BaseModel)
	}

	if run.baseModel != "" && run.baseModel != in.BaseModel {
		return nil, invalid("base_model: %q does not match %q, on which the checkpoint was trained", in.BaseModel,
			run.baseModel)
	}

	if _, taken := s.models[in.OutputModel]; taken {
		return nil, alreadyExists("model %q already exists", in.OutputModel)
	}

	return &validPromotion{run: run, checkpoint: row, base: base.model, output: in.OutputModel}, nil
}
