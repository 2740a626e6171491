// Listens to the allocations of another process through its diagnostics port (EventPipe). The runtime samples: every byte has
// the same small chance to be chosen, and the object around a chosen byte is reported with its type and stack (AllocationSampled,
// .NET 10). So the samples are fair for types of all sizes, unlike the older AllocationTick, which favours whoever comes after
// 100 KB. Methods are resolved after the session has ended, when the runtime has listed all of them.

using Microsoft.Diagnostics.NETCore.Client;

namespace Managarm.Perf.Bench.Allocations;

/// <summary>A session of allocation sampling.</summary>
internal sealed class AllocationTrace : IDisposable
{
    private const string Provider = "Microsoft-Windows-DotNETRuntime";

    // Which methods exist and where their lines are: loader 0x8, JIT 0x10, maps from IL to native code 0x20000.
    private const long MethodKeywords = 0x20018;
    private const long AllocationSamplingKeyword = 0x80000000000;
    private const int BufferMegabytes = 64;

    private readonly EventPipeSession session;
    private readonly Task copying;

    private AllocationTrace(EventPipeSession session)
    {
        this.session = session;
        FilePath = Path.Combine(Path.GetTempPath(), $"managarm-perf-{Guid.NewGuid():N}.nettrace");
        copying = Copy();
    }

    /// <summary>Where the events are written; removed by <see cref="Dispose"/>.</summary>
    internal string FilePath { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="processId">The process.</param>
    internal static AllocationTrace Start(int processId)
    {
        try
        {
            var provider = new EventPipeProvider(
                Provider, System.Diagnostics.Tracing.EventLevel.Informational, AllocationSamplingKeyword | MethodKeywords);
            return new AllocationTrace(
                new DiagnosticsClient(processId).StartEventPipeSession([provider], requestRundown: true, BufferMegabytes));
        }
        catch (Exception exception) when (exception is DiagnosticsClientException or IOException or TimeoutException)
        {
            throw new WatchFailedException(
                "the runtime's diagnostics port is not available (is DOTNET_EnableDiagnostics set to 0?): " + exception.Message,
                exception);
        }
    }

    /// <summary>Ends the session and waits until everything is written.</summary>
    internal void Stop()
    {
        session.Stop();
        copying.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        File.Delete(FilePath);
    }

    private async Task Copy()
    {
        await using FileStream file = File.Create(FilePath);
        await session.EventStream.CopyToAsync(file);
    }
}
