// Two processes, one writes to a pipe and the other reads from it, while signals reach the reader. The writer pauses at seeded
// moments, so sometimes the reader waits for it and sometimes the small pipe is full: two user threads are in the kernel at
// once. The bytes must arrive in order and all of them, however often the reads are interrupted.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;
using Managarm.Perf.Servers.Running.Threaded;
using Managarm.Perf.Servers.Userland;

namespace Managarm.Perf.Servers.Tests.Running.Threaded;

internal sealed class PipeExchange : IUserCode, IUserDriver
{
    private const int Reader = 0;
    private const int Writer = 1;
    private const int InstallCall = 0;
    private const int ReadCall = 1;
    private const int WriteCall = 2;
    private const int LongestPause = 400;

    private readonly ThreadedHost host;
    private readonly int signal = SignalTable.IndexOf(SignalNumber.Usr1);
    private readonly uint total;
    private Prng random;
    private uint bytesWritten;
    private uint bytesRead;
    private int pauseLeft;
    private bool isReaderReady;
    private bool isWriterPausing;
    private int ended;

    internal PipeExchange(ThreadedHost host, uint total, ulong seed)
    {
        this.host = host;
        this.total = total;
        random = new Prng(seed);
    }

    internal static Scenario Scenario { get; } =
        ScenarioText.Parse("pipe r, w\nA: sigaction(USR1, handle)\nA: read(r, 3)\nB: write(w, 5)\n");

    internal int Interrupted { get; private set; }

    internal int Handlers { get; private set; }

    internal string? Mistake { get; private set; }

    /// <inheritdoc/>
    public bool IsDone => ended == 2 || Mistake is not null;

    /// <inheritdoc/>
    public ModelTask<Unit> Run(Handle<KernelThread> thread, Activation activation)
    {
        if (activation.Signal != 0)
        {
            return Handle(thread);
        }

        return activation.Strand == Reader ? Read(thread) : Write(thread);
    }

    /// <inheritdoc/>
    public void Idle()
    {
        if (pauseLeft-- > 0)
        {
            return;
        }

        pauseLeft = (int)random.NextBelow(LongestPause);
        if (isWriterPausing && random.NextBelow(2) == 0)
        {
            isWriterPausing = false;
            host.Wake(host.ThreadOf(Writer));
        }
        else if (isReaderReady)
        {
            host.Signal(Reader, signal);
        }
    }

    private async ModelTask<Unit> Handle(Handle<KernelThread> thread)
    {
        Handlers++;
        await host.Calls.EndActivation(thread, isHandler: true);
        return default;
    }

    private async ModelTask<Unit> Read(Handle<KernelThread> thread)
    {
        await host.Calls.Invoke(thread, host.Scenario.CallAt(InstallCall));
        isReaderReady = true;
        while (bytesRead < total)
        {
            host.Sweep();
            CallResult result = await host.Calls.Invoke(thread, host.Scenario.CallAt(ReadCall));
            if (result.Value == -(long)Errno.EINTR)
            {
                Interrupted++;
                continue;
            }

            Check(result.Value > 0 && result.Data.Start == bytesRead, "bytes out of order");
            bytesRead += result.Data.Count;
        }

        isReaderReady = false;
        ended++;
        await host.Park(thread);
        return default;
    }

    private async ModelTask<Unit> Write(Handle<KernelThread> thread)
    {
        while (bytesWritten < total)
        {
            CallResult result = await host.Calls.Invoke(thread, host.Scenario.CallAt(WriteCall));
            Check(result.Value > 0 && result.Data.Start == bytesWritten, "a write that failed");
            bytesWritten += result.Data.Count;
            if (random.NextBelow(2) == 0)
            {
                isWriterPausing = true;
                await host.Park(thread);
            }
        }

        ended++;
        await host.Park(thread);
        return default;
    }

    private void Check(bool condition, string mistake)
    {
        if (!condition)
        {
            Mistake ??= mistake;
        }
    }
}
