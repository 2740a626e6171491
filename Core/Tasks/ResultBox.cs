// The typed half of a box: where a coroutine that suspended leaves its result for the one that awaits it.

using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tasks;

/// <summary>A box of a coroutine that returns a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">Type of the result.</typeparam>
public abstract class ResultBox<T> : TaskBox
{
    internal T Result { get; set; } = default!;

    internal void Complete(T result)
    {
        Result = result;
        Finish();
    }

    internal T TakeResult(uint version)
    {
        Verify.That(Version == version && IsCompleted, "model task awaited twice or read before it finished");
        T result = Result;
        Recycle();
        return result;
    }

    internal void Detach(uint version)
    {
        Verify.That(Version == version, "model task detached after it was awaited");
        if (IsCompleted)
        {
            Recycle();
            return;
        }

        IsDetached = true;
    }
}
