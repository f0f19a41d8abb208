import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  HttpCode,
  Inject,
  Module,
  type OnApplicationShutdown,
  Param,
  Post,
  Put,
} from '@nestjs/common'
import { APP_FILTER } from '@nestjs/core'
import { Client, type ErrorCode, WablockError } from 'wablock'

/** What this API answers, by wablock's code. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_user: 422,
  not_eligible: 409,
  own_number: 409,
  rate_limited: 503,
  timeout: 504,
}

@Catch(WablockError)
export class WablockFilter implements ExceptionFilter {
  catch({ code, hint, retryable }: WablockError, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse()
    response.status(STATUS[code] ?? 502).json({ code, hint, retryable })
  }
}

@Controller('blocked')
export class BlockedController {
  constructor(@Inject(Client) private readonly client: Client) {}

  @Post()
  @HttpCode(200)
  async many(@Body('users') users: string[]) {
    const report = await this.client.block(users)
    const failed = report.failed.map(({ input, error }) => ({ input, code: error.code, hint: error.hint }))
    return { counts: report.counts, failed }
  }

  @Put(':user')
  @HttpCode(204)
  async one(@Param('user') user: string): Promise<void> {
    await this.client.block(user)
  }
}

@Module({
  controllers: [BlockedController],
  providers: [
    // One client for the application: it holds connections, limits and a retry budget.
    { provide: Client, useFactory: () => Client.fromEnv() },
    { provide: APP_FILTER, useClass: WablockFilter },
  ],
  exports: [Client],
})
export class WablockModule implements OnApplicationShutdown {
  constructor(@Inject(Client) private readonly client: Client) {}

  onApplicationShutdown(): Promise<void> {
    return this.client.close()
  }
}
