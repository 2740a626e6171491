// Errors are collected unseen until software writes the error status register, which makes visible what has been collected
// since the last write. The first error after such a write raises the interrupt of the error entry; the others only add their
// bits.

namespace Managarm.Perf.Hardware.LocalApics;

/// <content>Error status.</content>
public sealed unsafe partial class LocalApic
{
    private uint ReadErrorStatus() =>
        (uint)(defect == LocalApicDefect.ErrorsShowUnlatched
            ? state->LatchedErrors | state->DetectedErrors
            : state->LatchedErrors);

    private void LatchErrors()
    {
        LocalApicErrors older = defect == LocalApicDefect.LatchedErrorsAddUp ? state->LatchedErrors : LocalApicErrors.None;
        state->LatchedErrors = older | state->DetectedErrors;
        state->DetectedErrors = defect == LocalApicDefect.DetectedErrorsStay ? state->DetectedErrors : LocalApicErrors.None;
        state->IsErrorArmed |= defect != LocalApicDefect.ErrorIsNotRearmed;
    }

    /// <summary>Notes an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="silencer">The defect that lets it pass unnoticed.</param>
    /// <returns>True, for those who stop at an error.</returns>
    private bool RaiseError(LocalApicErrors error, LocalApicDefect silencer)
    {
        if (defect == silencer && defect != LocalApicDefect.None)
        {
            return true;
        }

        state->DetectedErrors |= error;
        bool isArmed = state->IsErrorArmed || defect == LocalApicDefect.EveryErrorInterrupts;
        state->IsErrorArmed = false;
        if (isArmed && defect != LocalApicDefect.ErrorDoesNotInterrupt)
        {
            Signal(LocalVector.Error);
        }

        return true;
    }
}
