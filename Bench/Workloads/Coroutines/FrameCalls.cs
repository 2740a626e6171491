// The floor of all coroutines: frames that are written by hand, a switch over where to go on, a stack of the callers. This is
// what a compiler that knew everything would make of the other kinds.

namespace Managarm.Perf.Bench.Workloads.Coroutines;

/// <summary>Suspending and calling with hand-written frames.</summary>
/// <param name="depth">Where the suspension is.</param>
public sealed class FrameCalls(CallDepth depth) : IWorkload
{
    private const int MaxDepth = 4;

    private readonly Frame[] stack = new Frame[MaxDepth];
    private int top;
    private long sum;

    /// <inheritdoc/>
    public string Name => $"{depth.Prefix()}-frames";

    /// <inheritdoc/>
    public string Summary => $"floor: hand-written frames: {depth.Describe()}";

    /// <inheritdoc/>
    public string Unit => "resumption";

    private int CallsBelowLoop => depth switch
    {
        CallDepth.Loop => 0,
        CallDepth.Call => 1,
        _ => 3,
    };

    /// <inheritdoc/>
    public void Prepare()
    {
        sum = 0;
        Descend();
    }

    /// <inheritdoc/>
    public long Run(int operations)
    {
        for (int operation = 0; operation < operations; operation++)
        {
            Resume();
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    // The innermost frame suspends; what is above it waits for its result.
    private void Descend()
    {
        top = CallsBelowLoop;
        for (int level = 0; level <= top; level++)
        {
            stack[level] = new Frame { Resumption = level == top ? Resumption.Suspended : Resumption.CalleeReturned, Value = 1 };
        }
    }

    private void Resume()
    {
        int value = 0;
        while (true)
        {
            ref Frame frame = ref stack[top];
            switch (frame.Resumption)
            {
                case Resumption.Suspended:
                    value = frame.Value;
                    break;
                default:
                    value += frame.Value;
                    break;
            }

            if (top == 0)
            {
                sum += value;
                Descend();
                return;
            }

            top--;
        }
    }

    private enum Resumption
    {
        Suspended,
        CalleeReturned,
    }

    private struct Frame
    {
        public Resumption Resumption;
        public int Value;
    }
}
